"""The example notebook runs as it is committed, on a stock PySpark."""

import os
from pathlib import Path

import nbformat
import pytest
from bundled import entry
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOK = Path(__file__).resolve().parents[3] / "examples" / "notebook.ipynb"


def committed() -> NotebookNode:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    return notebook


def cell_with(notebook: NotebookNode, text: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.cell_type == "code" and text in cell.source)


def test_it_is_committed_without_outputs() -> None:
    for cell in committed().cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, cell.source


def test_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("ENVELOPE_CACHE", raising=False)
    if NOTEBOOK.parents[1] in Path(os.environ["ENVELOPE_BUNDLE"]).resolve().parents:
        # The jar that was built here is the one that the notebook finds by itself.
        monkeypatch.delenv("ENVELOPE_BUNDLE")
    notebook = committed()
    # Raises on the first cell that fails.
    NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    summed = cell_with(notebook, 'F.sum("user_id")').outputs[-1].data["text/plain"]
    assert summed == entry("features").column("user_id").summary["sum"]
    figure = cell_with(notebook, "plot.bar").outputs[-1].data["image/png"]
    assert len(figure) > 5_000, "too small for a picture with bars in it"
