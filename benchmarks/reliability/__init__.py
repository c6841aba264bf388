"""The promises of reliability as figures: real processes, real kills, the simulator's own book as judge."""
