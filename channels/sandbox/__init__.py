"""The sandbox's ends of SMS: for demos and newcomers, with no carrier behind them."""
