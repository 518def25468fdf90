"""Each number, moment, figure and chart in words, once for everybody; the sentence that is made of them."""
