// SPDX-License-Identifier: MIT
#include "command.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <sys/wait.h>

#include <glib.h>

#include <gtest/gtest.h>
#include <unistd.h>

namespace fovea_test {

CommandRun run_program(const std::vector<std::string> &arguments,
                       const std::map<std::string, std::string> &environment)
{
    std::vector<gchar *> argv;
    argv.reserve(arguments.size() + 1);
    for (const std::string &argument : arguments)
        argv.push_back(const_cast<gchar *>(argument.c_str()));
    argv.push_back(nullptr);
    g_auto(GStrv) variables = g_get_environ();
    for (const auto &[name, value] : environment)
        variables = g_environ_setenv(variables, name.c_str(), value.c_str(), TRUE);

    CommandRun run;
    g_autofree gchar *out = nullptr;
    g_autofree gchar *err = nullptr;
    gint status = 0;
    g_autoptr(GError) error = nullptr;
    if (g_spawn_sync(nullptr, argv.data(), variables, G_SPAWN_SEARCH_PATH, nullptr, nullptr, &out,
                     &err, &status, &error) == FALSE) {
        ADD_FAILURE() << arguments.front() << " does not start: " << error->message;
        return run;
    }
    run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    run.out = out;
    run.err = err;
    return run;
}

CommandRun run_fovea(std::vector<std::string> arguments,
                     const std::map<std::string, std::string> &environment)
{
    arguments.insert(arguments.begin(), std::getenv("FOVEA_COMMAND"));
    return run_program(arguments, environment);
}

namespace {

/** \brief What lines that read no file made, gone with the program: many tests want the same ball */
class MadeOnce
{
public:
    ~MadeOnce()
    {
        if (getpid() == owner_) // not a child that a test forked
            std::filesystem::remove_all(folder_);
    }

    /** \brief The file of a line; made by the caller where it is not there */
    std::filesystem::path of(const std::string &line)
    {
        std::filesystem::create_directories(folder_);
        const auto number = numbers_.emplace(line, numbers_.size()).first->second;
        return folder_ / std::to_string(number);
    }

private:
    pid_t owner_ = getpid();
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("fovea-" + std::to_string(owner_) + "-made");
    std::map<std::string, std::size_t> numbers_;
};

void make(const std::string &line, const std::filesystem::path &file)
{
    const CommandRun run = run_program(
        {"sh", "-c", "gst-launch-1.0 -q " + line + " ! filesink location='" + file.string() + "'"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
}

} // namespace

std::filesystem::path made_by(const std::string &line, const std::filesystem::path &file)
{
    static MadeOnce once;
    if (line.find("location=") != std::string::npos) {
        make(line, file);
        return file;
    }
    const std::filesystem::path made = once.of(line);
    if (!std::filesystem::exists(made))
        make(line, made);
    std::filesystem::copy_file(made, file, std::filesystem::copy_options::overwrite_existing);
    return file;
}

std::filesystem::path ball(const std::filesystem::path &file, int frames, int width, int height)
{
    return made_by("videotestsrc pattern=ball num-buffers=" + std::to_string(frames) +
                       " ! video/x-raw,format=I420,framerate=30/1,width=" + std::to_string(width) +
                       ",height=" + std::to_string(height) +
                       " ! x264enc speed-preset=ultrafast key-int-max=30 ! mp4mux",
                   file);
}

std::filesystem::path raw_rgb(const std::filesystem::path &file, int frames, int width, int height)
{
    made_by("videotestsrc num-buffers=" + std::to_string(frames) +
                " ! video/x-raw,format=BGR,framerate=30/1,width=" + std::to_string(width) +
                ",height=" + std::to_string(height) + " ! avimux",
            file);
    std::string bytes = read_text(file);
    const std::size_t at = bytes.find("strf") + 16; // the height, of a BITMAPINFOHEADER
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<char>(static_cast<unsigned>(-height) >> (8 * i));
    write_text(file, bytes);
    return file;
}

std::filesystem::path cut(const std::filesystem::path &file, double share,
                          const std::filesystem::path &to)
{
    const std::string bytes = read_text(file);
    write_text(
        to, bytes.substr(0, static_cast<std::size_t>(static_cast<double>(bytes.size()) * share)));
    return to;
}

std::string read_text(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

void write_text(const std::filesystem::path &file, const std::string &text)
{
    std::ofstream(file, std::ios::binary) << text;
}

} // namespace fovea_test
