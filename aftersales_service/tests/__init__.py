from . import (
    test_call_tours,
    test_case_tours,
    test_cash_tours,
    test_click_everywhere,
    test_random_walk,
    test_custody_tours,
    test_warranty_tours,
    test_whole_case,
    test_workshop_tours,
)
from .mixin import *
from .organization import *
from .equipment import *
from .intake import *
from .field import *
from .spare import *
from .workshop import *
from .billing import *
from .quality import *
from .bridge import *
from .engine import *
from .report import *
from . import test_architecture
from . import test_display_names
