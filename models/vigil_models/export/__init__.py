"""Model packages: ONNX graphs, manifest and golden files (docs/model-package.md)."""
