"""The shape of the house, kept by tests: who imports whom, who writes a state, who may touch guardian."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROLES = ("prescribers", "pharmacies", "patients")
CODE = sorted(
    path.relative_to(ROOT)
    for top in ("eprescription", *ROLES)
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)

# Left never imports right. One row a tier; names are modules or packages of `eprescription`.
TIERS: tuple[tuple[str, ...], ...] = (
    (
        "rules",
        "posology",
        "environment",
        "headers",
        "rest",
        "insert_only",
        "limits",
        "celery",
        "clock",
        "waking",
        "widgets",
        "words",
        "logs",
        "periods",
        "schedule",
        "uploads",
        "addresses",
    ),
    ("refusal", "identity", "catalogue"),
    ("models",),
    ("representing", "anonymity", "striking"),
    (
        "actor",
        "due",
        "lifecycle",
        "once",
        "quantities",
        "sessions",
        "statuses",
        "supply",
        "versions",
    ),
    ("permissions",),
    ("audit", "ceilings", "doors", "exports", "outbox"),
    ("documents",),
    ("cda",),
    ("legible",),
    (
        "fields",
        "health_space",
        "secure_mail",
        "telling",
        "upkeep",
        "rotating",
        "retention",
        "backups",
    ),
    ("presenters", "nobody", "health", "components", "notices", "questions"),
    ("tasks", "execution", "accounts", "allergies", "linking", "prepared"),
    ("api", "context", "middleware", "registry", "sample", "templatetags"),
    ("national",),
    ("operators",),
    (
        "views",
        "prepared_views",
        "verification",
        "urls",
        "demo",
        "management",
        "apps",
        "asgi",
        "wsgi",
        "settings",
    ),
)
RANK = {name: tier for tier, names in enumerate(TIERS) for name in names}
# Inside a role app: models < queries, actions < forms < views < urls.
ROLE_RANK = {"models": 0, "queries": 2, "actions": 2, "forms": 3, "views": 4, "urls": 5}


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(module: str) -> str:
    """The second word of a dotted name: eprescription.models.user → models."""
    words = module.split(".")
    return words[1] if len(words) > 1 else ""


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


@pytest.mark.parametrize("path", [p for p in CODE if p.parts[0] == "eprescription"], ids=str)
def test_left_never_imports_right(path: Path) -> None:
    mine = part(module_of(path))
    if mine == "__init__":
        return
    assert mine in RANK, f"{mine} has no place in the tiers"
    for name in imports(path):
        other = part(name) if name.startswith("eprescription.") else ""
        if other in RANK:
            assert RANK[other] <= RANK[mine], f"{path} imports {name}"


@pytest.mark.parametrize("path", CODE, ids=str)
def test_role_apps_know_nobody_but_the_shared_package(path: Path) -> None:
    strangers = [r for r in ROLES if r != path.parts[0]]
    if path.parts[0] == "eprescription":
        strangers = list(ROLES)
    for name in imports(path):
        assert name.split(".")[0] not in strangers, f"{path} imports {name}"


@pytest.mark.parametrize("path", [p for p in CODE if p.parts[0] in ROLES], ids=str)
def test_inside_a_role_app_left_never_imports_right(path: Path) -> None:
    mine = ROLE_RANK.get(part(module_of(path)))
    for name in imports(path):
        other = ROLE_RANK.get(part(name)) if name.startswith(path.parts[0] + ".") else None
        if mine is not None and other is not None:
            assert other <= mine, f"{path} imports {name}"


def test_rules_are_pure_python() -> None:
    for path in CODE:
        if path.parts[:2] == ("eprescription", "rules"):
            heads = {name.split(".")[0] for name in imports(path)}
            assert not heads & {"django", "time", "random"}, path


def test_guardian_is_used_by_the_policy_alone() -> None:
    users = {str(p) for p in CODE if any(n.split(".")[0] == "guardian" for n in imports(p))}
    assert users <= {
        *(f"eprescription/permissions/{name}.py" for name in ("grants", "presented", "reading")),
        "eprescription/models/grants.py",
    }


def test_grants_are_read_and_written_by_the_policy_alone() -> None:
    names = {"PrescriptionUserGrant", "PrescriptionGroupGrant"}
    for path in CODE:
        if any(n.rsplit(".", 1)[-1] in names for n in imports(path)):
            assert str(path) in (
                "eprescription/permissions/grants.py",
                "eprescription/permissions/presented.py",
                "eprescription/permissions/reading.py",
                "eprescription/models/__init__.py",
            ), path


def test_civil_identity_is_opened_by_the_vault_alone() -> None:
    for path in CODE:
        if "eprescription.identity.models" in set(imports(path)):
            assert path.parts[:2] == ("eprescription", "identity"), path


STATEFUL = {"state"}


@pytest.mark.parametrize("path", CODE, ids=str)
def test_only_the_lifecycle_writes_a_state(path: Path) -> None:
    if str(path) == "eprescription/lifecycle.py":
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Assign):
            targets = [t for t in node.targets if isinstance(t, ast.Attribute)]
            assert not [t for t in targets if t.attr in STATEFUL], f"{path}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            writes = node.func.attr in ("update", "create", "bulk_update", "update_or_create")
            named = {k.arg for k in node.keywords}
            assert not (writes and named & STATEFUL), f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    "path", [p for p in CODE if "views" in p.parts or p.name == "views.py"], ids=str
)
def test_views_ask_no_model(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("objects", "_base_manager"), f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", CODE, ids=str)
def test_modules_and_functions_stay_readable(path: Path) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 300, f"{path} wants splitting"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 50, f"{path}:{node.name} has {length} lines"


@pytest.mark.parametrize("path", CODE, ids=str)
def test_no_module_is_a_drawer_for_everything(path: Path) -> None:
    assert path.stem not in ("utils", "helpers", "misc", "common")


def test_acts_take_names_and_say_who() -> None:
    for path in CODE:
        if path.parts[0] in ROLES and "actions" in str(path):
            for node in tree(path).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    names = [a.arg for a in node.args.kwonlyargs]
                    if node.returns is not None and "by" in names:
                        assert not node.args.args, f"{path}:{node.name} must be keyword-only"
