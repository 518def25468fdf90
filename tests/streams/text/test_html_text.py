"""What a piece of HTML says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.text.html_text import text_of_html, text_of_title

READINGS = {
    "<p>a</p>\n<p>b</p>": "a\n\nb",
    "<div><div>a</div></div>\n <div>b</div>": "a\nb",
    "<ul><li>a</li>\n<li>b</li></ul>c": "a\nb\n\nc",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a b\nc",
    "a<br/>b<br></br>c": "a\nb\nc",
    "<pre>x\n  y</pre>z": "x\ny\n\nz",
    "<script>if (a < b) { x('<b>') }</script>z": "z",
    "<style/>z": "z",
    "a<style>p { color: red }</style>b": "ab",
    "it broke <a href='https://example.org/x": "it broke",
    "it broke<!-- and the rest is": "it broke",
    "<![CDATA[<b>hello</b>]]> world": "<b>hello</b> world",
    "so <img alt='😡' class='wp-smiley'><img alt='Photo: A. Bell' src='x'>": "so 😡",
    "&#0;a&#x1;b&#xD800;c": "�ab�c",
    "AT&T; R&D &hellip;": "AT&T; R&D …",
    "<noscript>shown</noscript>": "shown",
    "<P CLASS=x>UP</P>per": "UP\n\nper",
    "<foo>unknown</foo> <o:p>office</o:p>": "unknown office",
    "": "",
}


@pytest.mark.parametrize("source", READINGS)
def test_html_is_read_as_a_browser_shows_it(source):
    assert text_of_html(source) == READINGS[source]


def test_what_was_escaped_once_too_often_is_read_as_markup():
    assert text_of_html("&lt;p&gt;Their &lt;b&gt;app&lt;/b&gt; is down&lt;/p&gt;") == "Their app is down"
    assert text_of_html("&amp;lt;p&amp;gt;twice&amp;lt;/p&amp;gt;") == "twice"


def test_markup_that_is_talked_about_stays_what_it_is():
    assert text_of_html("<p>Close it with <code>&lt;/p&gt;</code>.</p>") == "Close it with </p>."
    assert text_of_html("a &lt; b and c &gt; d") == "a < b and c > d"


def test_lines_of_a_text_without_tags_stay():
    assert text_of_html("first\r\nsecond\n\n\n\nthird") == "first\nsecond\n\nthird"


def test_a_title_is_one_line():
    assert text_of_title("<b>Northside</b>\n Hospital&nbsp;&amp; Trust", is_html=True) == "Northside Hospital & Trust"
    assert text_of_title("5 <6 &\n7", is_html=False) == "5 <6 & 7"
    assert text_of_title("Tom &amp; Ann", is_html=False) == "Tom & Ann"


@given(st.text(alphabet=st.sampled_from("<>/!-&;#x1ab \n\"'=[]CDATp"), max_size=200))
def test_any_text_is_read_without_control_characters(source):
    text = text_of_html(source)

    assert text == text.strip()
    assert "\x01" not in text
    assert "\x02" not in text
