from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain


class AftersalesImportMixin(models.AbstractModel):
    """Machines from a file, with Odoo's own import.

    The customer is known by name, reference or phone, the model by internal
    reference, barcode or name. What is not found, or found twice, is said line by
    line; with one wrong line nothing of the file is written.
    """

    _name = "aftersales.import.mixin"
    _description = "Machines from a File"

    @api.model
    def get_import_templates(self):
        """See the import of Odoo: a file with the columns in the reader's words."""
        name = "aftersales_equipment"
        if (self.env.lang or "").startswith("zh_CN"):
            name += "_zh"
        return [
            {
                "label": self.env._("Import Template for Machines"),
                "template": f"/aftersales_service/static/xls/{name}.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        messages, fields, data = self._import_resolve(list(fields), data)
        if not messages:
            result = super().load(fields, data)
            self._import_drop_echo(result["messages"])
            return result
        # The other lines are tried all the same, so that one run tells all.
        wrong = {message["record"] for message in messages}
        kept = [index for index in range(len(data)) if index not in wrong]
        savepoint = self.env.cr.savepoint()
        tried = super().load(fields, [data[index] for index in kept])
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self._import_drop_echo(tried["messages"])
        for message in tried["messages"]:
            if "record" in message:
                message["record"] = kept[message["record"]]
            if "rows" in message:
                message["rows"] = {
                    side: kept[row] for side, row in message["rows"].items()
                }
        messages += tried["messages"]
        return {
            "ids": False,
            "messages": sorted(messages, key=lambda m: m.get("record", 0)),
            "nextrow": 0,
        }

    @api.model
    def _import_drop_echo(self, messages):
        """Odoo says the first error of a file once more, for its first line."""
        if messages and any(
            message["message"] == messages[0]["message"] for message in messages[1:]
        ):
            del messages[0]

    @api.model
    def _import_resolve(self, fields, data):
        """Customers and models as database ids, for the lines where they are clear.

        :return: ``(messages, fields, data)``; a message for each line that is not
        """
        messages = []
        data = [list(row) for row in data]
        for fname, find in (
            ("partner_id", self._import_find_partners),
            ("product_id", self._import_find_products),
        ):
            if fname not in fields:
                continue
            column = fields.index(fname)
            values = {str(row[column]).strip() for row in data if row[column]}
            found = find(values)
            fields[column] = f"{fname}/.id"
            for index, row in enumerate(data):
                value = str(row[column] or "").strip()
                if not value:
                    continue
                records = found.get(value.casefold(), ())
                if len(records) == 1:
                    row[column] = str(next(iter(records)))
                else:
                    text = self._import_get_fault(fname, value, records)
                    messages.append(self._import_prepare_message(index, fname, text))
        return messages + self._import_check_serials(fields, data), fields, data

    @api.model
    def _import_check_serials(self, fields, data):
        """One message for each serial that is known, or twice in the file."""
        if not {"product_id/.id", "serial"} <= set(fields) or {"id", ".id"} & set(
            fields
        ):
            return []
        product, serial = fields.index("product_id/.id"), fields.index("serial")
        rows = {
            index: (row[product], str(row[serial] or "").strip())
            for index, row in enumerate(data)
            if row[product] and row[serial]
        }
        known = {
            (str(machine.product_id.id), machine.serial): machine
            for machine in self.with_context(active_test=False).search_fetch(
                [
                    ("serial", "in", [key[1] for key in rows.values()]),
                    ("company_id", "=", self.env.company.id),
                ],
                ["product_id", "serial", "name"],
            )
        }
        messages, first = [], {}
        for index, key in rows.items():
            values = {
                "field": self._fields["serial"]._description_string(self.env),
                "serial": key[1],
            }
            if key in known:
                text = self.env._("%(field)s %(serial)s is known already.", **values)
            elif key in first:
                text = self.env._(
                    "%(field)s %(serial)s stands on line %(line)s of the file already.",
                    line=first[key] + 1,
                    **values,
                )
            else:
                first[key] = index
                continue
            messages.append(self._import_prepare_message(index, "serial", text))
        return messages

    @api.model
    def _import_get_fault(self, fname, value, found):
        """Why ``value`` names no customer or model."""
        values = {
            "field": self._fields[fname]._description_string(self.env),
            "value": value,
        }
        if found:
            return self.env._(
                "%(field)s “%(value)s” is not clear: %(count)s records fit.",
                count=len(found),
                **values,
            )
        return self.env._("%(field)s “%(value)s” is not known.", **values)

    @api.model
    def _import_prepare_message(self, index, fname, text):
        """One error for Odoo's import screen."""
        return {
            "type": "error",
            "message": text,
            "field": fname,
            "field_name": self._fields[fname]._description_string(self.env),
            "record": index,
            "rows": {"from": index, "to": index},
        }

    @api.model
    def _import_find_partners(self, values):
        """Ids of the customers by name, reference or phone (as written), casefolded.

        A name counts before a phone, a company before its contacts.
        """
        return self._import_find(
            "res.partner", values, ("ref", "name", "complete_name", "phone")
        )

    @api.model
    def _import_find_products(self, values):
        """Ids of the models by internal reference, barcode or name."""
        return self._import_find(
            "product.product", values, ("default_code", "barcode", "name")
        )

    @api.model
    def _import_find(self, model, values, fnames):
        """``{value casefolded: set of ids}``; the first field that knows it decides."""
        records = self.env[model].search_fetch(
            Domain.OR(
                Domain(fname, "=ilike", self._import_escape(value))
                for fname in fnames
                for value in values
            )
            & Domain("company_id", "in", [False, self.env.company.id]),
            fnames,
        )
        found = {}
        for fname in fnames:
            by_value = defaultdict(set)
            for record in records:
                if record[fname]:
                    by_value[record[fname].casefold()].add(record.id)
            for value, ids in by_value.items():
                found.setdefault(value, ids)
        return found

    @api.model
    def _import_escape(self, value):
        """``value`` as a pattern of ``=ilike`` that fits nothing else."""
        return value.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
