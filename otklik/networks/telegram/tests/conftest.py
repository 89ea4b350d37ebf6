"""The scripted server plays this network."""

from otklik.networks.telegram.tests.scripted import DIALECT
from tests.make.scripted import played_by

script = played_by(DIALECT)
