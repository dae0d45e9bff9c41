from . import test_card_seal
from . import test_dispatch_form
from . import test_dispatch_order
from . import test_service_card
from . import test_several_dispatches
from . import test_visit
from . import test_visit_at_once
from . import test_visit_rights
