"""The stages that read one document, in the order that `services.extract.pipeline` gives them."""
