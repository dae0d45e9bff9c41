from odoo import SUPERUSER_ID, api

MODULE = "aftersales_service"
# What a database of 19.0.1.0.0 says of the engineer's own documents, and the way
# there now; the rules are not read again on an update.
OLD_DOMAIN = (
    "['|', ('%(path)sengineer_id.user_id', '=', user.id),"
    " ('%(path)sassistant_ids.user_id', '=', user.id)]"
)
NEW_DOMAIN = "[('%(path)sengineer_user_ids', 'in', [user.id])]"
RULES = {
    "aftersales_service_request_rule_own": "dispatch_ids.",
    "aftersales_dispatch_rule_own": "",
    "aftersales_service_card_rule_own": "dispatch_id.",
    "aftersales_part_use_rule_own": "dispatch_id.",
}


def migrate(cr, version):
    """Bring what is kept on an update (noupdate) to the state of a new database.

    :param cr: the cursor of the update
    :param str version: what was installed before; empty on a first installation
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    update_rules(env)
    update_roles(env)
    update_engineers(env)
    companies = env["res.company"].search([])
    # Aliases and number sequences of the new forms; the preset of a company with none.
    companies._aftersales_setup()


def update_rules(env):
    """New domains, but for rules that somebody has changed."""
    for name, path in RULES.items():
        rule = env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
        if rule and rule.domain_force == OLD_DOMAIN % {"path": path}:
            rule.domain_force = NEW_DOMAIN % {"path": path}


def update_roles(env):
    """The head of technical support answers for the second line."""
    role = env.ref(f"{MODULE}.role_support_head", raise_if_not_found=False)
    if role and not role.support_line:
        role.support_line = "2"


def update_engineers(env):
    """Who may see a dispatch by its rule is stored from now on."""
    dispatches = env["aftersales.dispatch"].with_context(active_test=False).search([])
    field = dispatches._fields["engineer_user_ids"]
    env.add_to_compute(field, dispatches)
    dispatches._recompute_recordset([field.name])
    env.flush_all()
