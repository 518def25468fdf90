"""What the crises of the stories are about."""

from alerts.stories.texts.outrage import Grievance

PRICE_CHANGE = Grievance(
    name="price change",
    what=(
        "they put the price up by 60 percent", "ten dollars have become sixteen overnight",
        "discs and streaming are two plans now and we pay for both", "they split the plan and call it choice",
        "a 60 percent price increase and not one word of sorry", "loyal customers pay more for less",
        "the price increase comes with nothing new", "they announced it in a blog post and ran",
    ),
    short=(
        "the price increase", "a 60 percent price increase", "two bills instead of one",
        "paying twice for the same films",
        "splitting discs and streaming", "sixteen dollars a month", "this new pricing",
        "the end of the ten dollar plan",
    ),
    me=(
        "member for six years", "a customer from the first day", "we have no other treat in this house",
        "I told all my friends to join", "money is short as it is", "my parents live on a pension",
        "I defended them for years",
    ),
    leave=(
        "I cancelled", "cancelling my account", "goodbye", "I am going to the kiosk instead", "we are leaving",
        "back to the library", "I want my money back", "last month for us",
    ),
    tags=("pricehike", "cancelled", "boycottfilmrental"),
    links=("simulated.invalid/blog/new-plans", "simulated.invalid/news/price-change"),
)  # fmt: skip
