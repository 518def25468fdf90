"""Words that report harm to somebody, by what each weighs, and the words around them that take it back.

A weight is in the unit of ``harm.ENOUGH``: 3 is enough alone, 2 just so, 1 needs another. All words are lower case, a
phrase is read before the words in it, and of those written once the other forms are made. Which words stand here was
thought out from how headlines are written; no headline was looked at.
"""

# ruff: noqa: E501 - lists of words

from collections.abc import Iterable, Iterator
from typing import NamedTuple


def phrases(text: str) -> list[str]:
    """Return the phrases of a list with commas between, a space between their words."""
    return [" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip()]


def _plurals(text: str) -> Iterator[str]:
    for phrase in phrases(text):
        yield phrase
        if phrase.endswith(("s", "sh", "ch", "x")):
            yield phrase + "es"
        elif phrase.endswith("y") and phrase[-2] not in "aeiou":
            yield phrase[:-1] + "ies"
        else:
            yield phrase + "s"


def _weighed(*parts: tuple[float, Iterable[str]]) -> dict[str, float]:
    return {phrase: weight for weight, phrases in reversed(parts) for phrase in phrases}


IDIOMS = frozenset(
    phrases("""
        boss raid, raid boss, raid bosses, raid night, raid group, raid party, raid team, raid guild, raid leader,
        raid the fridge, raids the fridge, raided the fridge, raiding the fridge, raid on the fridge, fridge raid,
        raid my wardrobe, raid the wardrobe, raid the pantry, raided the pantry, raid on the pantry, raid your closet,
        raid on the biscuit tin, raid the biscuit tin, raid the snack cupboard, midnight raid on, panty raid, crash
        course, crash courses, crash pad, crash test, crash tests, crash diet, crash bandicoot, crash landing pad,
        crash at my, crash on the couch, crash on the sofa, sugar crash, gate crash, crashed on the sofa, crash
        safety, crash test rating, crash helmet, crash helmets, crash symbols, crash cymbal, crash cymbals, strike a
        deal, strikes a deal, struck a deal, strike deal, strikes deal, strike a balance, strike gold, strikes gold,
        strike a pose, strikes a pose, strike a chord, strikes a chord, strike oil, lucky strike, strike rate, strike
        zone, strike partnership, strike partner, strike force, counter strike, strike it rich, strikes it rich,
        strike back, strikes back, strike price, first strike, on strike rate, bowling strike, strike three, strike
        while, strike up, strikes up, strike out, strikes out, strike agreement, strikes agreement, strikes
        partnership, strike a partnership, strikes a partnership, strike twice, lightning strike, strike team, deal
        strike, strike a bargain, life hack, life hacks, growth hack, growth hacks, growth hacking, kitchen hack,
        travel hack, travel hacks, food hack, hack week, hack day, hack night, hack days, hack squat, hack for, hack
        your way, beauty hack, clever hack, little hack, total recall, instant recall, precision and recall, recall
        and precision, perfect recall, recall rate, recall that, recall when, recall how, recall what, recall seeing,
        recall ever, recall my, recall the time, recall the days, recall a time, beyond recall, free recall, memory
        recall, recall memories, recall fond, recall fondly, last recall, recall election, recall vote, recall test,
        total recall of, as i recall, i recall, can recall, if i recall, if memory recall, killing it, killed it,
        kills it, kill it, killing time, kill time, killer app, dressed to kill, killer deal, dead good, dead serious,
        dead on, dead easy, drop dead, dead set, dead ahead, dead heat, dead cert, dead end job, sick beat, sick
        beats, sick of winning, so sick, sick day, sick drop, sick moves, sick design, bomb dot com, the bomb, fire
        sale, fire up, fired up, fires up, firing up, fire emoji, fire pit, fire place, on fire today, fire stick,
        fire tv, fire drill, fire drills, fire engine, fire safety, fire alarm test, fire department, fire station,
        fire tablet, fire track, straight fire, camp fire, fire kit, fire fit, fire album, fire pits, firing on all
        cylinders, fire service, fire brigade, fire sauce, open fire, fire extinguisher, hang fire, fire doors, is
        fire, pure fire, rapid fire, fire power, fireside, fire chief, fire hd, fire away, on fire lately, fire works,
        fire team, lit fire, blast off, had a blast, have a blast, having a blast, what a blast, full blast, blast
        from the past, a blast at, such a blast, was a blast, is a blast, email blast, blast of fun, be a blast,
        absolute blast, mail order fraud protection, fraud protection, zero fraud, fraud alerts, fraud prevention,
        fraud detection, storm in a teacup, death star, death metal, death row records, to death, death by chocolate,
        death valley, scared to death, death eaters, bored to death, love to death, sudden death, death match, at
        death 's door, life and death, death cab, death defying, near death, death in paradise, death on the nile,
        death stranding, death grips, guilty pleasure, guilty pleasures, not guilty, guilt free, feel guilty, feeling
        guilty, scandalously good, scandal sheet, school for scandal, scandal season, criminally underrated,
        criminally good, criminally overlooked, illegally good, should be illegal, illegal how good, be illegal,
        poison ivy, pick your poison, sanctions screening, free kick penalty, penalty kick, penalty shootout, penalty
        area, penalty save, penalty box, penalty shoot out, on penalties, penalty spot, late penalty, scores penalty,
        penalty goal, fine dining, fine art, fine arts, fine print, fine wine, fine wines, doing fine, fine tuning,
        fine tune, fine line, fine day, fine jewelry, fine jewellery, fine tuned, fine whisky, so fine, is fine, are
        fine, was fine, fine with me, fine form, fine example, fine job, just fine, perfectly fine, works fine, fine
        by me, fine margins, fine leather, down payment, downtown, sit down, down to earth, slow down, down for a,
        down the road, down for anything, countdown, leak proof, leak detection, boil the kettle, spill the beans,
        spill the tea, spilled the tea, spills the tea, thrills and spills, tea spill, spill kit, shut the front door,
        shut down critics, shuts down critics, protest too much, breach the wall, breach of the peace, once more unto
        the breach, into the breach, dead by daylight, dead island, dead space, walking dead, dead sea, red dead,
        grateful dead, dead lift, back from the dead, explosion of flavour, explosion of flavor, explosion of colour,
        explosion of color, flavor explosion, flavour explosion, explosion of joy, explosion in demand, explosion of
        interest, taste explosion, population explosion, cambrian explosion, explosive growth, explosive start,
        explosive pace, crush hour, heart attack grill, bug fix, bug fixes, bug bounty, bugs fixed, flaw less, first
        responder, abuse helpline, complaint box, complaints department, complaints team, alert level, death benefit,
        death and taxes, death notice, abuse survivors, victims fund, victims of, survivors of, for victims, fire
        victims, flood victims, crash victims, air raid, air raids, air raid siren, air strike, air strikes,
        airstrikes, drone strike, missile strike, drone strikes, missile strikes, investigation discovery, crime scene
        investigation, crime investigation, criminal minds, fraud squad, probe rover, space probe, temperature probe,
        meat probe, oxygen probe, lunar probe, mars probe, nasa probe, ultrasound probe, probe thermometer, solar
        probe, test probe, moon probe, sting operation by sting, raiders of, tomb raider, oakland raiders, las vegas
        raiders, vegas raiders, arc raiders, ban the box, boycott divestment, montgomery bus boycott, bus boycott,
        sell out crowd, close the gap, closes gap, closed the gap, closes in on, close to home, close deal, closes
        deal, closed deal, closes funding, closes round, closed round, closes series, closes acquisition, closes
        financing, closes at, closes on, cut above, cuts ribbon, cut the ribbon, cuts the ribbon, cuts prices, cuts
        price, price cut, price cuts, cuts emissions, cut emissions, cuts carbon, cuts rates, cuts rate, cuts costs
        for customers, cuts fees, cuts waiting, pull ups, pulls off, pulled off, pulls ahead, pulled pork, pulls in,
        pull through, pulls through, pull up, pull request, pull requests, pulls level, pulls clear, pulls no punches,
        pulls together, axe throwing, drop in, drops new, drops single, drops album, drops trailer, drops teaser,
        drops first, court side, in the dock, food court, tennis court, basketball court, court shoes, hits shelves,
        hits record, hits new, hits milestone, hits the road, hits the shelves, hits theaters, hit single, hit song,
        hit show, hit series, hit the gym, hits cinemas, smash hit, hits streaming, hits stores, hits target, warning
        label art, no end, no end in sight, no sign of an end, no sign of stopping, no sign of recovery, not just, not only, no longer safe, not safe, not over, far
        from over, isn't over, failed to prevent, fails to prevent, failing to prevent, no let up, no excuse, no
        refund, no refunds, not working, not responding, no apology, no explanation, without warning, without pay,
        without explanation, without notice, no comment, no answers, never again, no confidence, not fit for, do not
        eat, do not use, do not drink, don't eat, no response, not denied, doesn't deny, does not deny, no longer,
        can't fault, cannot fault, can not fault, couldn't fault, find fault, no fault, going down to, goes down at,
        going down the, gone down the, go down to, go down the, goes down on, going down on, go down as, goes down as,
        goes down in, gone down in, went down to, went down the, gone down to, go down in, close to, came close to, go
        down well, goes down well, went down well, goes down a treat, the plunge, freddie mercury, feeling fine, day
        off, nothing to stop, with no warning, no power, without power, no service, no water, not safe to
    """)
)
"""Phrases of which the words mean no event, or no negation; some of them stand among the events all the same."""

EVENTS = _weighed(
    # --- taken to court, searched, punished
    (
        3.0,
        _plurals("""
            lawsuit, class action, class-action, indictment, subpoena, criminal charge, fraud charge, wrongful death,
            criminal case, tax raid, dawn raid, police raid, fbi raid, antitrust case, antitrust suit, antitrust
            charge, criminal complaint, court summons, cease and desist, felony, statement of objections, criminal
            probe, criminal investigation, law suit, damages claim, compensation claim, fraud claim, injunction,
            restraining order, civil suit, federal suit, winding up petition, winding-up petition
        """),
    ),
    (
        3.0,
        phrases("""
            sued, fined, raided, indicted, subpoenaed, indicts, raided by, taken to court, takes to court, ordered to,
            hauled before, hauled to court, under investigation, under criminal investigation, money laundering,
            pleads guilty, pleaded guilty, plead guilty, found guilty, convicted of, ordered to pay, in contempt,
            faces trial, on trial, stands trial, goes on trial, put on trial, price fixing, price-fixing, insider
            trading, tax evasion, antitrust, charged with, prosecuted, prosecutes, being investigated, in the dock
            over, handcuffed, led away in handcuffs, found liable, held liable, jailed, to be prosecuted, referred to
            prosecutors
        """),
    ),
    (
        2.4,
        phrases("""
            investigate, accuse, indict, condemn, denounce, sues, suing, litigation, prosecution, prosecutors, raids, raid, probe, probes, probed, probing,
            investigation, investigations, investigated, investigates, investigating, inquest, malpractice,
            negligence, negligent, guilty, convicted, arrested, detained, sanctioned, blacklisted, alleging, accused,
            accuses, accusing, accusation, accusations, allegation, allegations, sex abuse, charged over, penalised,
            penalized, reprimanded, censured, suit alleges, complaint alleges, searched by, seized, seizes, offices
            searched, summoned, summons, legal action, legal battle, legal trouble, legal challenge, legal woes, court
            battle, court case, violations, violation, violated, violates, violating, breached rules, broke the law,
            broke rules, broke law, flouted, convictions, ruled against, rules against, ruling against, liable,
            manslaughter, homicide, murder, misled, misleads, overcharged, overcharging, overcharges, defrauded,
            defrauding, deceived, deceiving, deceptive, tax dodge, tax dodging, watchdog finds, found to have, served
            with, struck off, stripped of, faces ban, faces bans, whistleblower, whistleblowers, whistle-blower,
            whistleblower claims, embroiled, rocked by, implicated, clawed back, rap, rapped, dressing down, rebuked,
            rebukes, hauled, grilled, faces grilling
        """),
    ),
    (
        1.4,
        phrases("""
            sue, suit, arrest, arrests, alleged, allegedly, alleges, allege, inquiry, inquiries, enquiry, crackdown,
            sanctions, sanction, penalty, penalties, settlement, settles, settled, settle, claims against, scrutiny,
            under scrutiny, prosecute, unlawful, unlawfully, illegal, illegally, misleading, mislead, summoned to,
            before the court, before court, before a judge, before judge, court order, order to stop, stop order,
            compliance failures, failures, failings, lapses, shortcomings, irregularities, accounting irregularities,
            restated, restates, restatement, agrees to pay, must pay, pay out, payout, pays out, damages,
            compensation, refunds ordered, trial, tribunal, faces questions, questions over, questioned by, concerns,
            concerns over, concern over, fears, fears over, doubts, in question, ultimatum, warned by, warned over
        """),
    ),
    # --- fraud, scandal, wrong
    (
        3.0,
        _plurals("""
            scandal, fraud, bribery, embezzlement, ponzi scheme, cover-up, kickback, bribe, cartel, sweatshop, child
            labour, child labor, forced labour, forced labor, modern slavery, price gouging, price-gouging,
            greenwashing, sexual harassment, sexual assault, sexual misconduct, hate speech row, pyramid scheme,
            racism row, sexism row, coverup, emissions cheating, backlash, outcry, public outcry, boycott, consumer
            boycott, mass boycott, slave labour, slave labor, human trafficking
        """),
    ),
    (
        2.4,
        phrases("""
            apologises, apologizes, says sorry, out of order, doping, doped, whitewash, mix-up, caught on camera, undercover, swindler, smear, walkback, backtracks,
            u-turn, discredited, boos, booed, jeered, heckled, humiliated, humiliation, blunder, backfires, backfired,
            sleaze, sordid, predatory, negligently, inhumane, unsafe conditions, squalid, squalor, corruption,
            misconduct, wrongdoing, malfeasance, harassment, discrimination, discriminated, discriminates, racism,
            racist, sexism, sexist, antisemitism, antisemitic, homophobic, transphobic, bullying, abuse, abused,
            abuses, molested, exploitation, exploited, plagiarism, plagiarised, plagiarized, forged, forgery, faked,
            falsified, falsifying, rigged, rigging, debacle, fiasco, furore, furor, uproar, outrage, controversy,
            under fire, draws fire, comes under fire, in hot water, condemned, condemns, condemnation, denounced,
            denounces, slammed, lambasted, criticised, criticized, criticism, pilloried, shamed, disgraced, tainted,
            toxic culture, cheated, cheating, swindled, swindle, scammed, duped, fleeced, ripped off, rip off,
            rip-off, conned, laundering, profiteering, shrinkflation, union busting, union-busting, wage theft, unpaid
            wages, exploits, blackmail, extortion, extorted, spying, spied on, eavesdropping, cover up, covered up,
            hushed up, concealed, conceals, hid, lied, lied about, double charged, furious, fury, tone-deaf, tone
            deaf, ousted, ousts, sacked, sacks, disgrace, nepotism, gender bias, racial bias, slur, slurs, blackface,
            data misuse, misused, mishandled, mishandling, botched, botches, bungled, blunder, blunders, catastrophe,
            calamity, mismanagement, mismanaged, gross failures, revolt
        """),
    ),
    (
        1.4,
        phrases("""
            row over, anger, angers, angered, slams, blasts, blasted, lashes out, hits out, protest, protests,
            protesters, protestors, petition, complaints, complaint, criticise, criticize, criticises, criticizes,
            crisis, chaos, turmoil, meltdown, apologised, apologized, apology, apologise,
            apologize, admits, admitted, admit, resigns, resigned, resignation, steps down, stepped down, resign,
            quits, quit, exits, exit, departs, fake, scam, scams, stolen, theft, exposed, exposes, expose, exposé,
            leaked, leaks, leak, secretly, offensive, controversial, embarrassment, embarrassed, embarrassing,
            failure, failed, fails, failing, struggling, troubled, beleaguered, embattled, besieged, plagued,
            scandal-hit, victim, victims, unfair, unethical, conflict of interest, conflicts of interest, hypocrisy,
            blamed, blames, blame, mistreated, mistreatment, cruelty, neglect, neglected, toxic, hostile, walkouts
            planned, vote of no confidence, no confidence, rebel, rebellion, no apology, no explanation, no response,
            faces anger, faces calls, calls for, urged to, threatens, threat, threats
        """),
    ),
    # --- taken back, stopped, forbidden
    (
        3.0,
        _plurals("""
            product recall, safety recall, food recall, urgent recall, recall notice, recall alert, voluntary recall,
            nationwide recall, do not eat warning, import ban, export ban, sales ban, stop-sale order, drug recall,
            car recall
        """),
    ),
    (
        3.0,
        phrases("""
            boycotted, boycotting, recalled, recalling, recalls, recalls over, banned, pulled from shelves, pulled
            from sale, pulls from shelves, removed from shelves, removed from sale, taken off shelves, off shelves,
            off the shelves, withdrawn from sale, halts production, suspends production, stops production, production
            halted, halts sales, suspends sales, halt sales, licence revoked, license revoked, loses licence, loses
            license, licence suspended, license suspended, lose licence, lose license, ordered to stop, ordered to
            halt, ordered to close, forced to close, forced to stop, forced to halt, forced to suspend, forced to
            withdraw, forced to pull, forced to apologise, forced to apologize, forced to recall, shut down by, closed
            down by, delisted, expelled, grounded, grounds fleet, pulled off air, pulled off shelves, taken off the
            market, off the market, from the market, from shelves, stop sale, stop-sale, halts deliveries, suspends
            deliveries, suspends trading, trading halted, shares suspended, suspends rollout, halts rollout, product
            withdrawn, safety alert, kicked off, kicked out, thrown out of, barred from
        """),
    ),
    (
        2.4,
        phrases("""
            warns against, warned against, recall, suspended, suspends, suspending, suspension, halted, halts,
            halting, revoked, revokes, barred, outlawed, prohibited, ban, bans, banning, faces ban, withdraws,
            withdrawn, withdrew, pulls ad, pulls advert, pulled ad, shelved, shelves, aborted, aborts, scrapped,
            scraps, grounds, grounding, condemned building, shuttered, shutters, shut down, shuts down, shutting down,
            shutdown, closes its doors, closing down, closed down, to shut, to close, closure, closures, evacuated,
            evacuation, evacuates, quarantined, impounded, seizure, frozen assets, defect, defects, defective, faulty,
            unsafe, fire risk, fire hazard, choking hazard, choking risk, safety risk, safety fears, safety concerns,
            safety flaw, safety flaws, health risk, health risks, health warning, safety warning, injury risk, risk of
            injury, shock hazard, burn hazard, laceration hazard, electrocution, suffocation risk, strangulation,
            undeclared, mislabelled, mislabeled, misbranded, do not eat, do not drink, do not use, don't eat, not
            safe, no longer safe, not fit for, substandard, subpar safety, failed inspection, fails inspection, failed
            inspections, fails safety, failed safety, hygiene rating, zero hygiene, unhygienic, unsanitary, filthy
        """),
    ),
    (
        1.4,
        phrases("""
            pulled, pulls, pull, halt, suspend, withdraw, withdrawal, pauses, paused, pausing, freezes, froze, stops,
            stopped, blocks, blocked, shuts, shut, closed, closes, closing, axes, axed, axe, scrap, cancels,
            cancelled, canceled, cancelling, canceling, cancellation, cancellations, delays, delayed, delay,
            postponed, postpones, postpone, removed, removes, stripped, dropped, ditches, ditched, dumps, dumped,
            severs, severed, cuts ties, cut ties, cutting ties, terminated, terminates, evicted, evicts, rejected,
            warning, warns, warned, alert, hazard, hazardous, risk, risks, danger, dangerous, dangers, flaw, flaws,
            flawed, malfunction, malfunctions, malfunctioned, malfunctioning, glitch, glitches, fault, faults, bug,
            failure of, unusable
        """),
    ),
    # --- what got in
    (
        3.0,
        _plurals("""
            contamination, salmonella, listeria, botulism, e coli, e-coli, ecoli, norovirus, legionella,
            legionnaires, food poisoning, allergen alert, mad cow, horsemeat scandal, superbug, hepatitis outbreak,
            cholera
        """),
    ),
    (
        3.0,
        phrases("""
            glass shards, shards of glass, glass fragments, metal fragments, contaminated, carcinogen, carcinogens,
            carcinogenic, cancer-causing, cancer causing, poisoned, poisonings, sickened, sickens, sickening dozens,
            tested positive for, rat droppings, mouse droppings, dead mouse, dead rat
        """),
    ),
    (
        1.4,
        phrases("""
            arsenic, lead levels, mercury, cadmium, asbestos, pesticide, pesticides, benzene, pfas, bpa, formaldehyde,
            melamine, dioxin, cyanide, ethylene oxide, phthalates, microplastics, fentanyl, plastic pieces, metal
            pieces, pieces of metal, pieces of plastic, bits of plastic, pieces of glass, foreign object, foreign
            objects, maggot, maggots, cockroach, cockroaches, rodent, rodents, rats, mice, mouse, rat, insects,
            insect, larvae, worms, weevils, mould, mold, mouldy, moldy, bacteria, toxin, toxins, heavy metals, bleach,
            needle, needles, razor blade, razor blades, faeces, feces, fecal, sewage, horsemeat, horse meat, dead
            bird, beetles, allergen, allergens, peanut traces, banned chemical, banned dye, forever chemicals, drug
            residue, poison, poisoning, infection, infections, outbreak, fell ill, falls ill, fall ill, illness,
            illnesses, rotten, spoiled, expired, adulterated, counterfeit, radioactive, radiation leak, hygiene
        """),
    ),
    # --- broken into, not working
    (
        3.0,
        _plurals("""
            data breach, security breach, privacy breach, cyberattack, cyber attack, cyber-attack, ransomware attack,
            data leak, data theft, outage, hack attack, security incident, cyber incident, data loss, zero-day, cyber
            breach, security lapse, ddos attack, ransom demand, system failure, network failure, it failure, power
            failure, phishing attack, service failure
        """),
    ),
    (
        3.0,
        phrases("""
            stop working, stops working, stopped working, ransom, pays ransom, at a standstill, at standstill, crashes
            out, hacked, ransomware, malware found, spyware, knocked offline, knocks offline, taken offline, goes
            offline, went offline, blackout, data exposed, records exposed, data stolen, passwords leaked, personal
            data, customer data, customer records, data compromised, goes down, go down, went down, gone down, going
            down, down for second, down for hours, down for thousands, down for users, down across, down worldwide,
            system down, systems down, servers down, site down, website down, app down, network down, services down,
            service down, locked out, unable to log in, unable to access, can't log in, cannot log in, unable to pay,
            goes dark, went dark, service disruption, service disruptions, service interruption, major disruption, it
            meltdown, it chaos, travel chaos, stranded, strands, left without, days without, hours without, without
            power, without water, doxxed
        """),
    ),
    (
        2.4,
        phrases("""
            standstill, breaks down, broke down, breakdown, break down, intruder, intruders, intrusions, cyber gang,
            fails nationwide, grinds to a halt, ground to a halt, grind to a halt, paralysed, gremlins, bricked,
            crippled, cripples, brought down, brings down, breach, breaches, breached, hack, hackers, hacking,
            intrusion, infiltrated, cybercriminals, malware, downtime, disruption, disruptions, disrupted, degraded,
            backdoor, vulnerability, vulnerabilities, exploit, flaw exposes, is down, are down, still down, been down,
            offline, remains down, down again, down since, down in, not responding, not working, unreachable,
            inaccessible, no service, no power, no water, compromised, leaked data, credentials, dark web
        """),
    ),
    (
        1.4,
        phrases("""
            unavailable, crash, crashes, crashed, crashing, interruption, interruptions, phishing, stuck, stalls,
            stalled, backlog, backlogs, shortage, shortages, errors, error, gridlock, overloaded, bottleneck, missing,
            lost, loses, losing, overcrowding, double-booked, queues, trapped
        """),
    ),
    # --- work and money
    (
        3.0,
        phrases("""
            layoff, layoffs, lay-offs, lays off, laid off, laying off, lay off, to lay off, job cut, job cuts, job
            losses, jobs lost, jobs at risk, jobs axed, redundancies, made redundant, mass firing, mass firings, mass
            sackings, sackings, bankruptcy, insolvency, insolvent, bankrupt, liquidation, receivership, into
            administration, enters administration, chapter 11, chapter 7, goes bust, went bust, gone bust, goes under,
            profit warning, profits warning, files for protection, winding up, wound up, pink slips, workforce cut,
            workforce reduction, staff cuts, walk off job, walk off the job, down tools, walkout, walkouts, walk out,
            walks out, walked out, on strike, go on strike, goes on strike, going on strike, strike action, vote to
            strike, votes to strike, vote for strike, strike vote, strike ballot, strike looms, strike enters, strikes
            hit, strike hits, industrial action, picket line, picket lines, general strike, wildcat strike, hunger
            strike, strike begins, strikes over, strike over, strike threat, begin strike, begins strike, staff
            strike, workers strike, pilots strike, drivers strike, nurses strike, teachers strike, crew strike, union
            strike, strike by, lockout, accounting scandal, bank run, plant closure, store closures, branch closures,
            mass exodus, to axe jobs
        """),
    ),
    (
        2.4,
        phrases("""
            free fall, freefall, free-fall, not survive, brink, on the brink, going concern, survival, may collapse,
            black hole, winding down, bailout, bail-out, rescue loan, emergency loan, creditors, administrators,
            repossessed, out of work, pay freeze, pay cut, pay cuts, wage cut, wage cuts, restructuring plan,
            furlough, furloughs, furloughed, downsizing, defaulted, writedown, write-down, writes off, downgraded,
            downgrade, downgrades, rating cut, nosedive, nosedives, slump, slumps, collapse, collapses, collapsed,
            plunge, plunges, plunged, plummet, plummets, plummeted, tumble, tumbles, tumbled, record loss, heavy loss,
            heavy losses, huge loss, short seller, short-seller, misses payments, wiped off, sell-off, selloff, wipes,
            strikes, strike, picket, picketing, pickets, unpaid, underpaid, underpays, stoppage, work stoppage, unpaid
            bills, run on
        """),
    ),
    (
        1.4,
        phrases("""
            losses, loss, default, defaults, sinks, sink, slides, tanks, drops, falls, sheds, shed, slashes, slashed,
            slash, cuts, cut, cutting, debt, debts, weak sales, exodus, fires, fired, fire, firing, unions, dismissed,
            dismisses, dismissal, cheats, hikes, shrinks, evict, axe, woes, deepens, deepening, worsens, worsening,
            widens
        """),
    ),
    # --- hurt, burnt, killed
    (
        3.0,
        phrases("""
            death toll, fatalities, fatality, fatal, fatally, explodes, derailment, derails, derailed, derail, oil
            spill, chemical spill, gas leak, toxic spill, sewage spill, radiation leak, plane crash, train crash, bus
            crash, car crash, crash kills, crash injures, mass shooting, shooting at, stabbing at, stampede, deadly,
            bursts into flames, burst into flames, catches fire, caught fire, catch fire, engulfed, hospitalised,
            hospitalized, factory fire, plant fire, warehouse fire, battery fire, battery fires, workplace death,
            worker dies, worker killed, workers killed, workers injured, worker injured, found dead, drowned,
            electrocuted, crushed to death, emergency landing, near miss, near-miss, collapse kills, deaths linked,
            linked to deaths, linked to death, linked to cancer, linked to illness, death linked, side effects, birth
            defects, patient deaths, patient death, patients die, patient dies, runway collision, capsizes, capsized,
            adverse reactions, suicide, suicides, overdose
        """),
    ),
    (
        2.4,
        phrases("""
            explosion, explosions, exploded, exploding, deaths, killed, kills, injured, injures, injuring, injuries,
            injury, hurt, maimed, burns, scalded, amputated, paralysed, paralyzed, casualties, collision, collides,
            collided, crash-lands, shooting, stabbing, stabbed, gunman, hostage, assault, assaulted, assaults, rape,
            raped, attacked, mauled, drowns, drowning, suffocated, choked, blaze, inferno, flames, spill, spills,
            spilled, polluted, polluting, pollutes, pollution, dumping, discharged sewage, dies after, died after,
            dead after, dead in, killing, blinded, emergency
        """),
    ),
    (
        1.4,
        phrases("""
            dies, died, dead, death, die, smoke, burned, burnt, burn, blast, rushed to hospital, taken to hospital, in
            hospital, ill, accident, accidents, incident, disaster, tragedy, harm, harmed, harms, hit by, hit with,
            slapped with, slapped, faces, facing, struck by, rocked, rocks, mired, dogged by, hits customers, hit
            customers, damaged, damage, damages reputation
        """),
    ),
)
"""What each event weighs."""


class Pair(NamedTuple):
    """Words that make an event with others near them.

    Parameters
    ----------
    words, beside
        The one kind and the other.
    before, behind
        So many words before and behind one of ``words`` one of ``beside`` is looked for.
    weight
        What the two weigh.
    """

    words: frozenset[str]
    beside: frozenset[str]
    before: int
    behind: int
    weight: float


def _pair(words: str, beside: str, before: int, behind: int, weight: float) -> Pair:
    return Pair(frozenset(phrases(words)), frozenset(phrases(beside)), before, behind, weight)


_CUT = """
    cut, cuts, cutting, axe, axes, axing, axed, shed, sheds, shedding, slash, slashes, slashing, slashed, eliminate,
    eliminates, eliminating, eliminated, sack, sacks, sacking, sacked, fire, fires, firing, fired, dismiss, dismisses,
    dismissed, drop, drops, dropping, trim, trims, trimming, trimmed, lose, loses, losing, scrap, scraps, scrapping,
    lets, letting, ax, laying, reduce, reduces, reducing, terminates, terminate, culls, cull, culling, furlough,
    furloughs
"""
_PEOPLE = """
    jobs, job, workers, worker, staff, staffers, employees, roles, positions, posts, workforce, headcount,
    contractors, managers, engineers, drivers, nurses, reporters, journalists, developers, pilots, teachers, people,
    cashiers, ceo, chief
"""
_STOP = """
    suspend, suspends, suspended, suspending, halt, halts, halted, halting, pause, pauses, paused, pausing, pull,
    pulls, pulled, pulling, withdraw, withdraws, withdrew, withdrawn, scrap, scraps, scrapped, ground, grounds,
    grounded, freeze, freezes, froze, revoke, revokes, revoked, ban, bans, banned, shut, shuts, close, closes, closed,
    cancel, cancels, cancelled, canceled, axes, axed, stop, stops, stopped, delay, delays, delayed, postpone,
    postpones, postponed, block, blocks, blocked, abandon, abandons, abandoned, shelves, shelved, ditches, drops,
    dropped, recalls, removes, removed, shuttered, shutters, disable, disables, disabled
"""
_STOPPED = """
    rollout, roll-out, production, sales, sale, flights, flight, service, services, operations, licence, license,
    permit, trading, launch, product, products, project, deliveries, orders, app, ad, ads, advert, adverts, campaign,
    campaigns, plant, plants, factory, factories, store, stores, shops, branch, branches, line, lines, model, models,
    ceo, executive, executives, boss, chief, manager, officer, officers, doctor, professor, trials, vaccine, drug,
    device, devices, shipments, exports, imports, withdrawals, accounts, trains, routes, batch, batches, toys,
    testing, surgeries, surgery, appointments, fleet, restaurants, hotels, clinic, clinics, wards, mine, refinery,
    contract, contracts, sponsorship, partnership, platform, website, cars, vehicles, program, programme, hiring,
    dividend, payments, redemptions, bookings, admissions, broadcast, software, trial, schools, centres, offices,
    payouts, membership, bonuses, pensions, ferries
"""
_SUBSTANCE = """
    arsenic, lead, mercury, cadmium, asbestos, pesticide, pesticides, weedkiller, herbicide, glyphosate, benzene,
    pfas, bpa, formaldehyde, melamine, dioxin, cyanide, phthalates, microplastics, fentanyl, glass, metal, plastic,
    maggot, maggots, cockroach, cockroaches, rodent, rodents, rats, mice, mouse, rat, insects, insect, larvae, worms,
    weevils, mould, mold, bacteria, toxin, toxins, bleach, needle, needles, faeces, feces, sewage, horsemeat,
    chemical, chemicals, steroids, opioids, talc, nicotine, chlorine, antifreeze, allergen, allergens, peanut,
    peanuts, pathogens, virus, parasite, parasites, bugs, malware, backdoor, cracks, rust, urine, blood, shards,
    fragments, shavings, wire, screws, pork, drugs, lice, hepatitis, legionella, radiation, explosives, oil, solvent,
    dye
"""
_HARSH = """
    arsenic, mercury, cadmium, asbestos, pesticide, pesticides, weedkiller, herbicide, glyphosate, benzene, pfas, bpa,
    formaldehyde, melamine, dioxin, cyanide, phthalates, microplastics, fentanyl, maggot, maggots, cockroach,
    cockroaches, rodents, rats, larvae, weevils, mould, mold, bacteria, toxin, toxins, bleach, faeces, feces, sewage,
    horsemeat, antifreeze, shards, shavings, lice, urine, chemicals, listeria
"""
_FOUND = """
    found, finds, find, finding, detected, detects, discovered, discovers, contain, contains, contained, traces,
    trace, tainted, laced, positive, excessive, unsafe, turn, turned, turns, swallowed, scare, levels, reveals, lab
"""
_FALL = """
    plunge, plunges, plunged, plummet, plummets, plummeted, tumble, tumbles, tumbled, slump, slumps, slumped, sink,
    sinks, sank, crash, crashes, crashed, nosedive, nosedives, dive, dives, slide, slides, slid, tank, tanks, tanked,
    drop, drops, dropped, fall, falls, fell, dip, dips, collapse, collapses, hammered, halve, halves, halved, wiped,
    sags, freefall, rout, battered
"""
_SHARES = "shares, share, stock, stocks, profit, profits, sales, revenue, earnings, bookings, orders, bonds"
_AUTHORITY = """
    police, fbi, sec, ftc, doj, fda, cma, fca, regulator, regulators, watchdog, prosecutors, authorities,
    investigators, court, judge, lawmakers, senators, mps, union, unions, parents, families, shareholders, investors,
    activists, officials, inspectors, detectives, agents, ministers, brussels, parliament, congress, committee,
    officers, commission, tribunal, body, customs, campaigners, ministry, jury
"""
_PARTNERS = """
    sponsor, sponsors, advertiser, advertisers, partners, customers, users, investors, donors, clients, viewers,
    members, patients, shoppers, readers, subscribers, fans, retailers, suppliers, artists, authors, brands, drivers,
    workers, staff, employees, nurses, residents, parents, passengers
"""
_VICTIM = """
    toddler, child, children, baby, babies, boy, girl, man, woman, worker, workers, passenger, passengers, patient,
    patients, pupil, pupils, student, students, guest, guests, driver, drivers, employee, employees, shopper,
    shoppers, rider, riders, diver, diners, diner, customer, customers, pensioner, cyclist, pedestrian, tourist,
    tourists, teen, teenager, teens, climber, swimmer, residents, crew, miner, miners, builder, contractor, people,
    one, two, three, four, five, six, seven, eight, nine, ten, dozen, dozens, hundreds, scores, mother, father,
    several
"""

PAIRS = (
    _pair(_CUT, _PEOPLE, 0, 5, 3.0),
    _pair(_STOP, _STOPPED, 2, 4, 2.6),
    _pair(_SUBSTANCE, _FOUND, 4, 4, 2.6),
    _pair(_HARSH, "in, inside", 0, 2, 2.4),
    _pair(_FALL, _SHARES, 4, 2, 2.4),
    _pair(
        """
            search, searches, searched, grill, grills, question, questions, quiz, quizzes, order, orders, demand,
            demands, hearing, examine, examines, examining, confront, confronts, summon, summons, look, looks,
            looking, penalty, rap, raps, clamp, clamps, scold, scolds, storm, storms, swoop, swoops, freeze, freezes,
            rebuke, rebukes, hits, fault, faults, caution, cautions
        """,
        _AUTHORITY, 4, 1, 2.3,
    ),
    _pair(
        "lose, loses, losing, lost, stripped, revoked, forfeits, surrenders, denied, refused",
        """licence, license, contract, contracts, customers, appeal, court, lawsuit, accreditation, certificate, certification,
        sponsor, sponsors, data, records, luggage, permit, visa, case, millions, billions, subscribers, trust, charter""",
        0, 4, 2.4,
    ),
    _pair(
        "fail, fails, failed, failing, failure, failures, faulty, botched, broken, jammed, malfunction, malfunctions, misfire, break, breaks",
        """systems, system, payments, payment, cards, card, brakes, brake, tests, test, inspection, inspections, network, engine, engines,
        safety, nationwide, servers, server, steering, airbag, airbags, signalling, signaling, boiler, battery, batteries, alarm, alarms,
        valve, lift, lifts, lines, audit, audits, standards, checks, server, door, doors, dam, bridge, reactor, sensors""",
        3, 3, 2.4,
    ),
    _pair(
        "without, lose, loses, lost, losing, no",
        "broadband, power, internet, water, heating, signal, electricity, gas, wifi, wi-fi, wages, salaries, medicine, pay, pensions, reception, coverage",
        0, 3, 2.3,
    ),
    _pair(
        "dies, died, dead, killed, hurt, injured, ill, sick, burned, burnt, scalded, poisoned, drowned, drowns, blinded, blind, collapse, collapses, hospital, missing, trapped, choke, chokes, lost",
        _VICTIM, 3, 2, 2.3,
    ),
    _pair(
        "fire, blaze, explosion, smoke, flood, leak, gas, fumes",
        "guts, gutted, destroys, destroyed, rips, tears, engulfs, engulfed, forces, damages, damaged, evacuated, escapes, breaks, sweeps, kills, injures, plant, factory, warehouse, depot, refinery",
        2, 4, 2.6,
    ),
    _pair(
        """
            drop, drops, dropped, desert, deserting, shun, shuns, flee, fleeing, abandon, abandons, ditch, ditches,
            quit, quitting, leave, leaving, cut, dump, dumps, revolt, sever, exit, complain, complaining, demand,
            demanding, threaten, threatening, denounce, rebel, turn, turned, walk, walked, march, marched, rally, vow,
            refuse, fear, rage, fume, vent, slam, blast, mock, cancel, cancelling, canceling, reject, pull, picket
        """,
        _PARTNERS, 3, 0, 2.3,
    ),
    _pair(
        "told, urged, advised, warned, asked, ordered, begged, instructed",
        "throw, bin, stop, return, avoid, discard, unplug, destroy, not, evacuate, boil, check, change, leave, dispose, park, stay",
        0, 3, 2.4,
    ),
    _pair("fine, fines, penalty, penalties, damages", "million, m, bn, billion, k, record, hefty, huge", 4, 4, 2.6),
    _pair("cheat, cheats, lie, lies, lying, rig, bully, bullies, spy, spies, dump, dumps, hide, hides, discriminate, steal, steals, scam, underpay, overcharge",
          "emissions, tests, test, customers, workers, users, staff, children, patients, waste, sewage, investors, data, evidence, wages, tips, women, results", 0, 3, 2.4),
    _pair("filmed, footage, video, undercover, caught, leaked, hidden, camera, secretly, photos, memo, emails, documents, tapes",
          "beating, abusing, dumping, kicking, racist, shows, show, reveal, reveals, knew, hid, sleeping, stealing, spitting, mocking, taped, threatening, taunting, suffering", 3, 4, 2.3),
    _pair(
        "linked, tied, traced, blamed, link, links",
        "case, cases, illness, illnesses, infection, infections, death, deaths, outbreak, cancer, disease, injuries, asthma, crashes, fires, suicides",
        4,
        5,
        2.4,
    ),
    _pair(
        "leaked, leak, leaks, stolen, exposed, exposes, copied, dumped, accessed, theft, lost, wiped",
        "data, records, details, passwords, files, emails, accounts, documents, photos, code, card, cards",
        6,
        5,
        2.5,
    ),
    _pair(
        "crash, crashes, crashed, fails, failed, frozen, freezes, buckles, hangs, collapses, broken",
        "website, site, app, apps, servers, network, platform, systems, portal, checkout, login, kiosks, terminals",
        3,
        2,
        2.4,
    ),
    _pair(
        "dismissed, quits, resigns, resigned, ousted, exits, removed, suspended, axed, arrested, fired, sacked, quit, resign, leaves, jailed, held",
        "ceo, chief, boss, executive, chairman, chairwoman, director, directors, founder, president, treasurer, principal, auditor, auditors, chair, cfo, executives",
        4,
        3,
        2.3,
    ),
    _pair(
        "can, may, could, might",
        "snap, shatter, explode, overheat, ignite, choke, injure, kill, burst, melt, detach, electrocute, poison, suffocate, strangle",
        0,
        2,
        2.4,
    ),
)  # fmt: skip
"""The kinds of two words that make an event."""

ACCUSERS = frozenset(
    phrases("""
        police, fbi, sec, ftc, doj, fda, cma, fca, eu, regulator, regulators, watchdog, watchdogs, prosecutors,
        prosecutor, authorities, investigators, investigator, court, courts, judge, lawmakers, senators, senator, mps,
        mp, union, unions, workers, parents, families, family, victims, customers, customer, users, passengers,
        patients, shareholders, investors, hackers, whistleblower, activists, campaigners, protesters, employees,
        staff, ministers, minister, government, officials, inspectors, detectives, agents, nhtsa, cdc, epa, osha, faa,
        ntsb, hse, ofcom, ofgem, ofsted, residents, former, ex-employee
    """)
)
"""Who turns against a company: not one of its own, so that it is no subject of its own harm."""
