from . import test_buttons
from . import test_file
from . import test_lists
from . import test_numbering
from . import test_protected
from . import test_rpc
from . import test_texts
from . import test_story_and_dates
