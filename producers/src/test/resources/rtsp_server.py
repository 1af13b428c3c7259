"""A real RTSP server (GStreamer) that plays a network camera.

    rtsp_server.py PORT [PASSWORD]

Serves rtsp://127.0.0.1:PORT/h264 and /jpeg, 320x240 at 25 frames/s, to everybody, or only to "admin" with the password.
Prints "ready" once it listens; exits with 3 where GStreamer or an element is missing.

Debian: apt-get install gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
    gstreamer1.0-plugins-ugly python3-gi
"""

import sys

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError) as missing:
    print(f"missing: {missing}", flush=True)
    sys.exit(3)

USER = "admin"
CAMERA = "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=25/1"
H264 = f"( {CAMERA} ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 pt=96 )"
JPEG = f"( {CAMERA} ! jpegenc ! rtpjpegpay name=pay0 pt=26 )"


def mount(server, path, pipeline, secured):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(pipeline)
    factory.set_shared(True)
    if secured:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_role(USER)
        for right in ("media.factory.access", "media.factory.construct"):
            permissions.add_permission_for_role(USER, right, True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory(path, factory)


def require(server, password):
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", USER)
    auth = GstRtspServer.RTSPAuth()
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, password), token)
    server.set_auth(auth)


def main(port, password):
    Gst.init(None)
    for element in ("x264enc", "jpegenc", "rtph264pay", "videotestsrc"):
        if not Gst.ElementFactory.find(element):
            print(f"missing: GStreamer element {element}", flush=True)
            sys.exit(3)

    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    if password:
        require(server, password)
    mount(server, "/h264", H264, secured=bool(password))
    mount(server, "/jpeg", JPEG, secured=bool(password))
    if server.attach(None) == 0:
        print(f"cannot listen on port {port}", flush=True)
        sys.exit(1)
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
