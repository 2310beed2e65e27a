"""bandmate: the companion service for resistance-band sensors.

It records and warns. It is not a medical device and gives no medical advice.
"""

from importlib.metadata import version

__version__ = version("bandmate")
