"""Debian packages from releases this machine is not set up for: fetched, not installed.

apt is given sources and folders of our own, so it works for any user and touches
nothing of the machine's. It checks Debian's signature on all it downloads.
"""

from pathlib import Path

from . import paths
from .files import digest, write_atomic
from .process import run
from .ui import Failure, step

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def download(title, wanted, *, closure=False):
    """Download ``wanted`` ("package/suite") and return the folder of their files.

    :param closure: all that they depend on as well
    """
    folder = paths.APT / digest(*wanted)
    debs = folder / "cache" / "archives" if closure else folder / "debs"
    verified = folder / "verified"
    # Killed while unpacking: what was downloaded completely serves again.
    if verified.exists():
        return debs
    advice = (
        f"Fetching {title} from Debian failed; check the network and run the same"
        " command again (what is already downloaded is kept)."
    )
    options = _options(folder, sorted({name.split("/")[1] for name in wanted}))
    with step("Reading Debian's package lists"):
        run(
            ["apt-get", *options, "update", "-q"],
            log="apt-update.log",
            fix=advice,
            tries=4,
            timeout=300,
        )
    with step(f"Downloading {title}"):
        if closure:
            commands = [["install", "-y", "--download-only", *wanted]]
        else:
            commands = [["download", name] for name in wanted]
        for command in commands:
            run(
                ["apt-get", *options, "-q", "--no-install-recommends", *command],
                cwd=debs,
                log="apt-download.log",
                fix=advice,
                tries=4,
                timeout=900,
            )
    write_atomic(verified, title)
    return debs


def _mirror():
    """The Debian mirror this machine is set up with."""
    listed = run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN)"],
        fix="apt cannot list its sources; correct them, or set ODOO_HOME to an Odoo 19"
        " that is already there.",
    )
    sites = [line.partition(" ")[::2] for line in listed.splitlines()]
    sites = [(site, origin) for site, origin in sites if "security" not in site]
    # The origin is known only where the lists were ever fetched.
    for site, origin in sites:
        if origin == "Debian":
            return site
    for site, origin in sites:
        if not origin and site.rstrip("/").endswith("/debian"):
            return site
    raise Failure(
        "No Debian mirror is configured for apt; add one, or set ODOO_HOME to an Odoo"
        " 19 that is already there."
    )


def _options(folder, suites):
    """apt with our own sources and folders: works for any user, touches nothing."""
    if not KEYRING.exists():
        raise Failure(
            "Debian's signing keys are missing; run as root:"
            " apt-get install -y debian-archive-keyring"
        )
    for name in ("lists/partial", "cache/archives/partial", "debs", "parts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    site = _mirror()
    stanzas = [
        f"Types: deb\nURIs: {site}\nSuites: {suite}\nComponents: main\n"
        f"Signed-By: {KEYRING}\n"
        for suite in suites
    ]
    write_atomic(folder / "debian.sources", "\n".join(stanzas))
    settings = {
        "Dir::Etc::sourcelist": folder / "debian.sources",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": folder / "parts",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Acquire::http::Timeout": "60",
        "Acquire::https::Timeout": "60",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
        "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
        # As root apt would drop to a user who cannot write into our folders.
        "APT::Sandbox::User": "root",
        "APT::Get::AllowUnauthenticated": "false",
        # As if nothing were installed: a closure is then complete.
        "Dir::State::status": "/dev/null",
        "Debug::NoLocking": "true",
    }
    return [f"-o{name}={value}" for name, value in settings.items()]
