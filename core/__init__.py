"""Message, conversation, money, time: plain values and rules that know no framework."""
