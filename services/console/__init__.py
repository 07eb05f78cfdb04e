"""What the `frontlog` command does, one file per command; `services.cli` only parses the command line.

The commands speak to the services by HTTP and by the log port, never by importing them; `frontlog up` starts them as
processes of their own, the way compose starts their images.
"""
