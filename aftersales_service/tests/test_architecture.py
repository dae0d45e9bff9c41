import ast
import csv
from pathlib import Path
from xml.etree import ElementTree

import polib

from odoo.tests import BaseCase, tagged

ADDON = Path(__file__).resolve().parents[1]
GROUND = {"mixin", "organization"}
MODEL_FILE_LIMIT = 400
VIEW_FILE_LIMIT = 400
FUNCTION_LIMIT = 60
PUBLIC_IN_ODOO = {
    "button_validate",
    "copy",
    "copy_data",
    "create",
    "default_get",
    "get_import_templates",
    "load",
    "message_new",
    "message_post",
    "message_update",
    "unlink",
    "write",
}
MODEL_KINDS = {"Model", "AbstractModel", "TransientModel"}


class ModelClass:
    """What one class of a model file says about itself, read without running it."""

    def __init__(self, path, node):
        self.path = path
        self.node = node
        self.kind = next(
            base.attr
            for base in node.bases
            if isinstance(base, ast.Attribute) and base.attr in MODEL_KINDS
        )
        self.values = {
            target.id: statement.value
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }

    @staticmethod
    def is_model(node):
        return isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Attribute) and base.attr in MODEL_KINDS
            for base in node.bases
        )

    @property
    def inherits(self):
        value = self.values.get("_inherit")
        names = ast.literal_eval(value) if value is not None else []
        return [names] if isinstance(names, str) else names

    @property
    def _given_name(self):
        value = self.values.get("_name")
        return ast.literal_eval(value) if value is not None else None

    @property
    def own_name(self):
        # A model of another addon that takes in mixins of ours names itself too.
        name = self._given_name
        return name if name not in self.inherits else None

    @property
    def name(self):
        return self._given_name or self.inherits[0]


def get_domain_of(path):
    """Domain folder of a file under ``models/``."""
    return path.relative_to(ADDON / "models").parts[0]


def is_comodel_of_one2many(parents, node):
    """Whether the literal ``node`` is the comodel of a ``fields.One2many``."""
    call = parents[node]
    if isinstance(call, ast.keyword):
        if call.arg != "comodel_name":
            return False
        call = parents[call]
    elif not (isinstance(call, ast.Call) and call.args[:1] == [node]):
        return False
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "One2many"
        and isinstance(function.value, ast.Name)
        and function.value.id == "fields"
    )


@tagged("post_install", "-at_install", "aftersales_static")
class TestArchitecture(BaseCase):
    """The rules of the house (docs/architecture.md) that a machine can check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model_files = [
            path
            for path in sorted((ADDON / "models").rglob("*.py"))
            if path.name != "__init__.py"
        ]
        cls.code_files = [
            path
            for folder in ("models", "wizard", "engine", "report", "controllers")
            for path in sorted((ADDON / folder).rglob("*.py"))
        ]
        cls.trees = {path: ast.parse(path.read_text()) for path in cls.code_files}
        cls.classes = [
            ModelClass(path, node)
            for path in cls.code_files
            for node in cls.trees[path].body
            if ModelClass.is_model(node)
        ]
        cls.order = [
            alias.name
            for node in ast.parse((ADDON / "models/__init__.py").read_text()).body
            for alias in node.names
        ]

    def _check(self, faults, rule):
        self.assertFalse(faults, f"{rule}:\n" + "\n".join(map(str, faults)))

    def _get_classes(self, folder):
        return [c for c in self.classes if c.path.is_relative_to(ADDON / folder)]

    # ------------------------------------------------------------------ sizes

    def test_every_model_file_is_looked_at(self):
        self.assertGreater(len(self.model_files), 30)
        self.assertGreater(len(self._get_classes("models")), 30)

    def test_model_file_size(self):
        sizes = {p: len(p.read_text().splitlines()) for p in self.model_files}
        self._check(
            [f"{p.name}: {n}" for p, n in sizes.items() if n > MODEL_FILE_LIMIT],
            f"A model file has at most {MODEL_FILE_LIMIT} lines",
        )
        total = sum(sizes.values())
        self._check(
            [f"{p.name}: {n} of {total}" for p, n in sizes.items() if n > total / 10],
            "No model file holds more than a tenth of the model code",
        )

    def test_function_size(self):
        faults = []
        for path, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    size = node.end_lineno - node.lineno + 1
                    if size > FUNCTION_LIMIT:
                        faults.append(f"{path.name}: {node.name} has {size} lines")
        self._check(faults, f"A function has at most {FUNCTION_LIMIT} lines")

    def test_view_file_size(self):
        paths = [
            *(ADDON / "views").rglob("*.xml"),
            *(ADDON / "wizard").rglob("*.xml"),
        ]
        self.assertTrue(paths)
        sizes = {path: len(path.read_text().splitlines()) for path in paths}
        self._check(
            [f"{p.name}: {n}" for p, n in sizes.items() if n > VIEW_FILE_LIMIT],
            f"A view file has at most {VIEW_FILE_LIMIT} lines",
        )

    # ------------------------------------------------------------------ files

    def test_one_model_per_file(self):
        counts = {path: 0 for path in self.model_files}
        for model in self._get_classes("models"):
            counts[model.path] += 1
        self._check(
            [f"{p.name}: {n} classes" for p, n in counts.items() if n != 1],
            "A model file holds exactly one model class",
        )

    def test_no_two_models_have_one_name(self):
        """The second would take the place of the first without a word."""
        own = [model.own_name for model in self.classes if model.own_name]
        self._check(
            sorted({name for name in own if own.count(name) > 1}),
            "A name belongs to one model",
        )

    def test_file_is_named_after_its_model(self):
        self._check(
            [
                f"{model.path.name}: {model.name}"
                for model in self.classes
                if model.path.stem
                != model.name.removeprefix(f"report.{ADDON.name}.").replace(".", "_")
            ],
            "A file is named after its model",
        )

    def test_wizards_are_wizards(self):
        self._check(
            [
                m.path.name
                for m in self._get_classes("models")
                if m.kind == "TransientModel"
            ],
            "No TransientModel under models/",
        )
        self._check(
            [
                m.path.name
                for m in self._get_classes("wizard")
                if m.kind != "TransientModel"
            ],
            "Only TransientModels under wizard/",
        )

    def test_shared_behaviours_are_abstract(self):
        self._check(
            [
                model.path.name
                for model in self._get_classes("models/mixin")
                if model.kind != "AbstractModel"
            ],
            "The mixin domain holds abstract models only",
        )

    # ----------------------------------------------------------------- rights

    def test_every_model_has_access_rows(self):
        with (ADDON / "security/ir.model.access.csv").open() as file:
            rows = {row["model_id:id"] for row in csv.DictReader(file)}
        self._check(
            [
                model.own_name
                for model in self.classes
                if model.own_name
                and model.kind != "AbstractModel"
                and f"model_{model.own_name.replace('.', '_')}" not in rows
            ],
            "Every model has access rows",
        )

    def test_every_model_of_a_company_has_a_company_rule(self):
        by_name = {m.own_name: m for m in self.classes if m.own_name}

        def has_company(model):
            return "company_id" in model.values or any(
                has_company(by_name[name]) for name in model.inherits if name in by_name
            )

        ruled = set()
        for path in (ADDON / "security").glob("*.xml"):
            for record in ElementTree.parse(path).iter("record"):
                if record.get("model") != "ir.rule":
                    continue
                values = {field.get("name"): field for field in record}
                domain = values["domain_force"].text or ""
                if "groups" not in values and "company_ids" in domain:
                    ruled.add(values["model_id"].get("ref"))
        owned = [
            model.own_name
            for model in self.classes
            if model.own_name and model.kind == "Model" and has_company(model)
        ]
        self.assertGreater(len(owned), 10)
        self._check(
            [n for n in owned if f"model_{n.replace('.', '_')}" not in ruled],
            "Every model with a company has a global company rule",
        )

    def test_nothing_is_called_from_outside_by_accident(self):
        """Any method without an underscore can be called over RPC: only buttons,
        and what Odoo itself has public."""
        self._check(
            [
                f"{model.path.name}: {node.name}"
                for model in self.classes
                for node in model.node.body
                if isinstance(node, ast.FunctionDef)
                and not node.name.startswith(("_", "action_"))
                and node.name not in PUBLIC_IN_ODOO
            ],
            "A public method is a button or overrides one of Odoo",
        )

    # ---------------------------------------------------------------- domains

    def test_every_domain_has_its_place(self):
        folders = {
            path.parent.name for path in (ADDON / "models").glob("*/__init__.py")
        }
        self.assertEqual(set(self.order), folders)
        self.assertEqual(self.order[0], "mixin")
        self.assertEqual(self.order[-1], "bridge")

    def _get_faulty_direction(self, path, target):
        """Whether the file at ``path`` may not know the domain ``target``."""
        domain = get_domain_of(path)
        if {domain, target} <= GROUND:
            return False
        return self.order.index(target) > self.order.index(domain)

    def test_no_domain_names_a_model_below_it(self):
        home = {
            model.own_name: get_domain_of(model.path)
            for model in self._get_classes("models")
            if model.own_name
        }
        faults = []
        for path in self.model_files:
            tree = self.trees[path]
            parents = {
                child: node
                for node in ast.walk(tree)
                for child in ast.iter_child_nodes(node)
            }
            for node in ast.walk(tree):
                if not isinstance(node, ast.Constant) or node.value not in home:
                    continue
                if self._get_faulty_direction(path, home[node.value]) and not (
                    is_comodel_of_one2many(parents, node)
                ):
                    faults.append(f"{path.name}:{node.lineno}: {node.value}")
        self._check(faults, "A domain uses those above it, never those below")

    def test_no_domain_imports_from_below(self):
        faults = []
        prefix = f"odoo.addons.{ADDON.name}.models."
        for path in self.model_files:
            parts = path.relative_to(ADDON / "models").parts
            for node in ast.walk(self.trees[path]):
                if not isinstance(node, ast.ImportFrom):
                    continue
                module = node.module or ""
                if node.level == len(parts) and module:
                    target = module.split(".")[0]
                elif not node.level and module.startswith(prefix):
                    target = module.removeprefix(prefix).split(".")[0]
                else:
                    continue
                if self._get_faulty_direction(path, target):
                    faults.append(f"{path.name}:{node.lineno}: {module}")
        self._check(faults, "A domain imports from those above it only")

    # ----------------------------------------------------------- translations

    def test_chinese_is_complete(self):
        paths = [ADDON / "i18n" / name for name in (f"{ADDON.name}.pot", "zh_CN.po")]
        self._check([p.name for p in paths if not p.is_file()], "Missing in i18n/")
        template, chinese = (polib.pofile(str(path)) for path in paths)
        done = {
            entry.msgid
            for entry in chinese
            if entry.translated() and not entry.fuzzy and not entry.obsolete
        }
        self.assertGreater(len(template), 300)
        missing = [entry.msgid for entry in template if entry.msgid not in done]
        self._check(missing[:40], f"{len(missing)} terms have no Chinese")
