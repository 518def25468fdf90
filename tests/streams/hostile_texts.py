"""Texts as Hypothesis draws them where a reader of Unicode can stumble: signs that fold to several words, to none."""

import unicodedata

from hypothesis import strategies as st

_SPLITTING = [chr(code) for code in range(0x30000) if " " in unicodedata.normalize("NFKD", chr(code))]
_GROWING = "¼½¾ßﬀﬃŉǰ㌀㍿㈱№℡℠™ﷺﷲİıſK"
_JOINING = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u20e3\u0301\u0308\u0327\u05b0\u064b\u093c\u3099\u309a\uff9e\U000e0067"
)
_BETWEEN = "'’ʼ`&;#@_-·.,!\"\n\t\x00\x01\u2028"
_LETTERS = "aZéüøÅςй北の゙カタ한국กำ\u1100\u1161\u11a8שللाम🇬🇧👩🔥👍🏽🅰𝗮ᴀ①"

signs = st.one_of(
    st.characters(),
    st.sampled_from(_SPLITTING),
    st.sampled_from(_GROWING + _JOINING + _BETWEEN + _LETTERS),
    st.sampled_from(["&amp;", "&#39;", "&#x200b;", "&nbsp;", "&frac12;", "&NotEqualTilde;", "northside", "@other"]),
)
hostile_texts = st.lists(signs, max_size=60).map("".join)
