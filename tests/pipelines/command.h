// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fovea_test {

struct CommandRun {
    int exit_code = -1; ///< 128 + signal where it was killed
    std::string out;
    std::string err;
};

/** \brief Runs a program to its end; \a environment is added to the test's own */
CommandRun run_program(const std::vector<std::string> &arguments,
                       const std::map<std::string, std::string> &environment = {});

/** \brief Runs the built `fovea` (FOVEA_COMMAND) */
CommandRun run_fovea(std::vector<std::string> arguments,
                     const std::map<std::string, std::string> &environment = {});

/**
 * \brief A file made by a gst-launch-1.0 line, its `filesink` added. Fails the test if that fails
 *
 * A line that reads no file is run once in a program; the next that asks for it gets a copy.
 */
std::filesystem::path made_by(const std::string &line, const std::filesystem::path &file);

/** \brief A moving ball, H.264 in MP4 */
std::filesystem::path ball(const std::filesystem::path &file, int frames, int width = 320,
                           int height = 240);

/** \brief Raw RGB in AVI as FFmpeg writes it, its rows from top to bottom: of that GStreamer 1.22 makes pixels of negative width */
std::filesystem::path raw_rgb(const std::filesystem::path &file, int frames, int width, int height);

/** \brief The first \a share of the bytes of a file */
std::filesystem::path cut(const std::filesystem::path &file, double share,
                          const std::filesystem::path &to);

std::string read_text(const std::filesystem::path &file);
void write_text(const std::filesystem::path &file, const std::string &text);

} // namespace fovea_test
