"""How good detections are on footage with a truth: of the running service, and of a baseline.

Reading order: `truth` (which frames, which labels), `service_results` (what the service found there), `replay` (what the
network finds there in PyTorch), `hog_people` (what OpenCV's people detector finds there), `measures`, `pictures`, `rendering`
(footage of the synthetic world).
"""
