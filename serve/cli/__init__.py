"""The command line `sian`: its commands, what they print, and the files they read and write."""


def main() -> None:
    # Defined here because jobs import files of this folder and need no command.
    from serve.cli.commands import app

    app()
