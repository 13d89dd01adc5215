"""From sessions to who may book which ticket: slots, channels, the partners' shares."""
