from . import test_requisition_signing
