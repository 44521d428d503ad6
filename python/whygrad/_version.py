"""The package's version; equals that of the project, a test compares them."""

version = "0.1.0"
