from . import test_factory_way
