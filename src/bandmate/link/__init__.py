"""Where bytes come from: Bluetooth through bleak, or a recording that is played."""
