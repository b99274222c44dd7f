// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "command_test.h"

namespace fovea_test {

/** \brief `fovea train` on clips that a test makes */
class TrainCommand : public fovea_test::CommandTest
{
protected:
    /** \brief A folder for each class: a moving ball, and bars that stand still; six clips each */
    std::filesystem::path clips() const
    {
        const std::filesystem::path folder = at("clips");
        std::filesystem::create_directories(folder / "moving");
        std::filesystem::create_directories(folder / "still");
        for (int i = 0; i < 6; ++i) {
            const std::string name = std::to_string(i) + ".mp4";
            ball(folder / "moving" / name, 70 + 2 * i, 160 + 16 * i, 120);
            made_by("videotestsrc pattern=smpte num-buffers=70 ! "
                    "video/x-raw,format=I420,framerate=30/1,width=" +
                        std::to_string(160 + 16 * i) +
                        ",height=120 ! x264enc speed-preset=ultrafast ! mp4mux",
                    folder / "still" / name);
        }
        return folder;
    }
};

} // namespace fovea_test
