"""Where the parts are put together: settings, bootstrap, the turn, the web and the command line."""
