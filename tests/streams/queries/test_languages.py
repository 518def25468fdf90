"""A brand is heard where its name stands in a sentence, in whatever script, spelling and typing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.text.folding import fold
from tests.streams.hostile_texts import hostile_texts
from tests.streams.queries.matched import matches, post
from tests.streams.story import unhurried


@pytest.mark.parametrize(
    ("query", "content"),
    [
        # Japanese
        ("東京電力", "福島の東京電力が謝罪した"),
        ("Sony", "Sonyのサポート最悪"),
        ("sony", "もうＳＯＮＹは買わない"),
        ("ソニー", "ソニーのテレビがまた壊れた"),
        ("ソニー", "ｿﾆｰのサポート"),
        ("ソニー", "またソニー生命か"),
        ("スターバックス", "スターバックスコーヒーで火傷した"),
        ("東芝", "㈱東芝の不正会計"),
        ("マクドナルド", "日本マクドナルドは謝罪しろ"),
        ("@sony", "@sonyのサポートは最悪"),
        ("#東京電力", "許せない #東京電力 は責任を取れ"),
        ('"東京電力" OR TEPCO', "東電と東京電力"),
        # Chinese
        ("华为", "我再也不买华为手机了"),
        ("海底捞", "昨天在海底捞吃坏了肚子"),
        ("iPhone", "我的iPhone又坏了"),
        ("海底捞 投诉", "我要投诉北京的海底捞"),
        # Thai, Khmer, Lao, Burmese
        ("ทรู", "เน็ตทรูล่มอีกแล้ว"),
        ("การบินไทย", "บริการของการบินไทยแย่มาก"),
        ("Grab", "คนขับGrabหยาบคาย"),
        ("អង្គរ", "ធនាគារអង្គរមិនល្អ"),
        ("ລາວ", "ທະນາຄານລາວ"),
        # Korean
        ("삼성전자", "삼성전자가 또 거짓말을 했다"),
        ("삼성전자", "삼성전자에서는 사과도 없다"),
        ("삼성전자", "삼성전자입니다"),
        ("쿠팡", "쿠팡으로 주문했는데 안 옴"),
        ("LG", "LG전자 서비스 최악"),
        ("KT", "KT가 또 먹통"),
        ("대한항공", "대한항공은 사과하라"),
        ("#쿠팡탈퇴", "다들 #쿠팡탈퇴 합시다"),
        # Arabic
        ("أرامكو", "ارامكو تكذب علينا"),
        ("ارامكو", "شركة أرامكو"),
        ("أرامكو", "وأرامكو لا ترد"),
        ("أرامكو", "شكوى لأرامكو"),
        ("الراجحي", "مصرف الراجحى سيء"),
        ("الراجحي", "تحويل للراجحي"),
        ("شركة", "شركه سيئة"),
        ("موبايلي", "مـــوبايلي"),
        ("طيران", "طَيَرَان الإمارات"),
        ("زين", "شبكة زين ٢٠٢٤"),
        ('"زين 2024"', "شبكة زين ٢٠٢٤"),
        # Persian
        ("دیجی‌کالا", "ديجي‌كالا افتضاح است"),
        ("دیجی‌کالا", "از دیجی کالا خرید نکنید"),
        ("دیجیکالا", "دیجی‌کالا دروغ میگوید"),
        ("دیجی کالا", "دیجی‌کالا دروغ میگوید"),
        # Hebrew
        ("בזק", "השירות של בזק גרוע"),
        ("בזק", "התקשרתי לבזק ואין מענה"),
        ("אסם", "אָסֶם מתנצלת"),
        ('צה"ל', "צה״ל הודיע"),
        ("צה״ל", 'דובר צה"ל'),
        ("צהל", 'דובר צה"ל'),
        ("ג'ורג'", "ג׳ורג׳ קלוני"),
        # Hindi
        ("ज़ोमैटो", "जोमैटो ने फिर देर की"),
        ("जोमैटो", "ज़ोमैटो की सेवा ख़राब है"),
        # German
        ("Müller", "Mueller antwortet nicht"),
        ("Mueller", "Müller antwortet nicht"),
        ("Müller", "Muller antwortet nicht"),
        ("Muller", "MÜLLER antwortet nicht"),
        ("Müller", "Mu\u0308ller"),
        ("Mueller", "Müller's Milch"),
        ("mullers", "Müller's Milch"),
        ('"Müller Milch"', "die mueller-milch"),
        ("#müller", "nie wieder #Mueller"),
        ("#mueller", "nie wieder #Müller"),
        ("Strauß", "STRAUSS schweigt"),
        # Danish, Swedish
        ("Ørsted", "Oersted har løjet"),
        ("Oersted", "Ørsted har løjet"),
        ("Mærsk", "Maersk svarer ikke"),
        ("Århus", "Aarhus Kommune"),
        # French, Italian
        ("L'Oréal", "loreal c'est fini"),
        ("loreal", "L’Oréal c'est fini"),
        ("Orange", "le réseau d'Orange est en panne"),
        ("Enel", "bolletta dell'Enel alle stelle"),
        ("Leclerc", "j'étais chez Leclerc"),
        # Spanish, Portuguese, Polish, Czech, Turkish, Greek, Russian, Ukrainian, Vietnamese
        ("Telefónica", "TELEFONICA no contesta"),
        ("Itaú", "o itau caiu de novo"),
        ("Żabka", "Zabka zamknięta"),
        ("Škoda", "ta skoda je ostuda"),
        ("Şişecam", "SISECAM cevap vermiyor"),
        ("İstanbul", "istanbul kart çalışmıyor"),
        ("Turkcell", "Turkcell'in hizmeti berbat"),
        ("ΔΕΗ", "η δεη έκοψε το ρεύμα"),
        ("Κωτσόβολος", "ΚΩΤΣΟΒΟΛΟΣ ντροπή"),
        ("Сбербанк", "СБЕРБАНК опять не работает"),
        ("Королёв", "королев закрыт"),
        ("Київстар", "київстар знову лежить"),
        ("Đà Nẵng", "sân bay da nang"),
        # English
        ("McDonald's", "McDonalds gave us food poisoning"),
        ("McDonalds", "McDonald's gave us food poisoning"),
        ("mcdonalds", "McDonald’s"),
        ("mcdonald", "McDonaldʼs"),
        ("Levi's", "my Levis tore"),
        ("O'Neill", "ONeill resigns"),
        ("ONeill", "O‘Neill resigns"),
        ("Sainsburys", "SAINSBURY'S is closed"),
        ("acme", "Acme™ again"),
        ("acme", "Acme® Acme©"),
        ("acme", "_Acme_ never answers"),
        ("acme", "__Acme__ and ~~Acme~~"),
        ("#acme", "_#acme_"),
        ("acme", "Ac\u200bme"),
        ("acme", "Ac\u00adme"),
        ("acme", "Acme\ufe0f"),
        ("acme", "\ufeffAcme"),
        ("acme", "A\u0338c\u0338m\u0338e\u0338"),
        ("acme", "𝗔𝗰𝗺𝗲 sucks"),
        ("acme", "ᴀᴄᴍᴇ"),
        ("acme", "🅰🅲🅼🅴"),
        ("acme", "Ⓐⓒⓜⓔ"),
        ("acme", "Acme¹ says"),
        ("o2", "O2️⃣ is down"),
        ("AT&T", "AT&amp;T is down"),
        ("AT&T", "AT&amp;amp;T is down"),
        ("AT&amp;T", "AT&T is down"),
        ("McDonald's", "McDonald&#39;s"),
        ("McDonald's", "McDonald&rsquo;s"),
        ("acme", "&nbsp;Acme&nbsp;"),
        ("Müller", "M&uuml;ller"),
        ("Müller", r"M\u00fcller"),
        ("acme", "Acme🔥"),
        ("acme", "🇬🇧Acme🇬🇧"),
    ],
)
def test_it_is_heard(query, content):
    assert matches(query, post(content))


@pytest.mark.parametrize(
    ("query", "content"),
    [
        ("ライン", "オンラインで買った"),
        ("リコー", "リコールのお知らせ"),
        ("東京電力", "東京の電力"),
        ("삼성", "삼성전자가 또"),
        ("이마트", "이마트폰"),
        ("זק", "בזק"),
        ("بنك", "بنكي"),
        ("shell", "she'll be late"),
        ("ITS", "it's late"),
        ("nest", "ce n'est pas vrai"),
        ("ill", "I'll wait"),
        ("Mueller", "Muller"),
        ("Boeing", "boing boing"),
        ("due", "du"),
        ("acme", "acme_support"),
        ("acme", "acmes"),
        ("ทร", "ทรู"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
    ],
)
def test_another_word_is_not_taken_for_it(query, content):
    assert not matches(query, post(content))


NAMES = [
    "acme", "müller", "東京電力", "ソニー", "삼성전자", "أرامكو", "בזק", "सरकार", "ทรู", "больница", "ΔΕΗ", "mcdonald's",
    "at&t", "ørsted", "دیجی‌کالا", "华为", "ავტო", "հայ", "بنگال", "ঢাকা",
]  # fmt: skip
stuck = st.sampled_from(
    ["", "™", "®", "\ufe0f", "\u200b", "\u2060", "\ufeff", "!", "…", "»", " 🔥", "，", "。", "&nbsp;", "\u200f"]
)


@given(st.sampled_from(NAMES), stuck, stuck, st.sampled_from([str.upper, str.lower, str.title]))
@unhurried
def test_a_name_is_heard_whatever_sticks_to_it_and_in_any_case(name, before, after, case):
    assert matches(name, post(f"x {before}{case(name)}{after} y"))


@given(hostile_texts, st.sampled_from(NAMES))
@example("\u3099", "ソニー")
@example("\u3099", "삼성전자")
@example("\u309a", "Яндекс")
@unhurried
def test_a_name_is_heard_in_any_text_around_it(text, name):
    assert matches(name, post(f"{text}\n{name}\n{text}"))


@given(hostile_texts)
@unhurried
def test_what_is_folded_once_is_folded(text):
    folded = fold(text).split()

    assert fold(" ".join(folded)).split() == folded
