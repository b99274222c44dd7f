// SPDX-License-Identifier: MIT
/* A camera as a program, for a network namespace of its own: rtsp_camera ADDRESS, until its input ends */
#include "rtsp_camera.h"

#include <cstdio>

#include <gst/gst.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "rtsp_camera: expected an ADDRESS\n");
        return 2;
    }
    gst_init(nullptr, nullptr);
    fovea::test::RtspCamera camera(
        "( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=160,height=120,"
        "framerate=15/1 ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! "
        "rtph264pay config-interval=1 name=pay0 pt=96 )");
    camera.listens_at(argv[1]);
    camera.serves_each_apart();
    camera.switch_on();
    std::printf("%s\n", camera.uri().c_str());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
}
