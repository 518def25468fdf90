// Writes each moment on the reader's own clock, and in UTC beside it, as the server has written it in another zone.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const DAY = { day: "numeric", month: "long", year: "numeric" };
  const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const write = (then, how, timeZone) => new Intl.DateTimeFormat("en-GB", { ...how, timeZone }).format(then);
  const named = (then) => {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" }).formatToParts(then);
    const name = parts.find((part) => part.type === "timeZoneName").value;
    return name.replace(/^GMT(?=[+-])/, "UTC");
  };
  if (!zone) return;
  for (const element of document.querySelectorAll("time[data-as]")) {
    const then = new Date(element.dateTime);
    if (isNaN(then)) continue;
    const day = write(then, DAY, zone);
    const utcDay = write(then, DAY, "UTC");
    const utcClock = `${write(then, CLOCK, "UTC")} UTC`;
    const style = element.dataset.as;
    if (style === "day") { element.textContent = day; continue; }
    const name = named(then);
    const inUtc = style === "moment" && day !== utcDay ? `${utcDay}, ${utcClock}` : utcClock;
    const clock = name === "UTC" ? utcClock : `${write(then, CLOCK, zone)} ${name} (${inUtc})`;
    element.textContent = style === "moment" ? `${day}, ${clock}` : clock;
  }
})();
