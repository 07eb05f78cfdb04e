"""The extractor's version names rules, model and gazetteer."""

from services.extract.version import extractor_version


def test_the_version_is_stable_within_a_process_and_names_its_parts() -> None:
    version = extractor_version()
    assert version == extractor_version()
    assert len(version.version) == len(version.rules) == len(version.gazetteer) == 12
    assert version.model.endswith("3.8.0")
