"""Makes the Debian package of a build whose target muster_package is there."""

import pathlib
import subprocess


def pack(configuration, folder, version=None):
    """Packs into `folder`, compressed little, since that is what takes the time; returns the package's path."""
    pathlib.Path(folder).mkdir(parents=True)
    command = ["cpack", "--config", configuration, "-B", folder, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip"]
    if version:
        command += ["-D", f"CPACK_PACKAGE_VERSION={version}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout)
    package, = pathlib.Path(folder).glob("*.deb")
    return package
