"""The command line and the service as their own tests call them."""

from tests.api.conftest import start as start
from tests.cli.conftest import menzhen as menzhen
