from odoo import api, models, tools

from ...engine.clock import WorkingTime


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _aftersales_working_time(self, company):
        """The fixed working time of this calendar with the holidays of ``company``.

        :return: ``WorkingTime``; None for a flexible calendar, or one without hours
        """
        self.ensure_one()
        return self._aftersales_build_working_time(self.id, company.id)

    @api.model
    @tools.ormcache("calendar_id", "company_id")
    def _aftersales_build_working_time(self, calendar_id, company_id):
        calendar = self.sudo().browse(calendar_id)
        if calendar.flexible_hours:
            return None
        attendances = [
            (
                int(line.dayofweek),
                line.hour_from,
                line.hour_to,
                int(line.week_type)
                if calendar.two_weeks_calendar and line.week_type
                else None,
            )
            for line in calendar.attendance_ids
            if line._is_work_period()
        ]
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search_fetch(
                [
                    ("resource_id", "=", False),
                    ("calendar_id", "in", (calendar_id, False)),
                    ("company_id", "in", (company_id, False)),
                    ("time_type", "=", "leave"),
                ],
                ["date_from", "date_to"],
            )
        )
        working_time = WorkingTime(
            calendar.tz,
            attendances,
            [(leave.date_from, leave.date_to) for leave in leaves],
        )
        return working_time if working_time.has_hours else None

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
