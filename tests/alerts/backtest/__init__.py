"""Tests of ``alerts/backtest/run``."""
