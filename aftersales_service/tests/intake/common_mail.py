from email.message import EmailMessage

from ..common_company import TwoCompaniesCommon


class MailCommon(TwoCompaniesCommon):
    """Every company has its address; ``_mail`` brings an e-mail over the wire."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "henglu.test"})
        for company in (cls.company, cls.sister):
            company.sudo()._aftersales_setup()
            company.alias_domain_id = domain
            company.aftersales_alias_id.alias_domain_id = domain
        cls.customer.child_ids.email = "luo@qingshan.example.com"
        cls.numbers = iter(range(1000))

    def _mail(
        self,
        body="Does not spray",
        subject="Help",
        sender="Luo Min <luo@qingshan.example.com>",
        alias=None,
        html=False,
        **headers,
    ):
        """The e-mail as it comes over the wire; returns the new requests."""
        alias = alias or self.company.aftersales_alias_id
        message = EmailMessage()
        message["Message-Id"] = f"<{next(self.numbers)}@mail.example.com>"
        message["To"] = alias.alias_full_name
        message["Subject"] = subject
        if sender:
            message["From"] = sender
        for name, value in headers.items():
            name = name.replace("_", "-")
            del message[name]
            message[name] = value
        message.set_content(body, subtype="html" if html else "plain")
        requests = self.env["aftersales.service.request"]
        before = requests.search([])
        self.env["mail.thread"].message_process(None, message.as_bytes())
        return requests.search([]) - before

    def _count_mails(self):
        return self.env["mail.mail"].sudo().search_count([])
