#include "fovea/store/line_writer.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/store/atomic_file.h"

namespace fovea {

LineWriter::LineWriter(std::filesystem::path file, bool append) : file_(std::move(file))
{
    if (file_.empty()) {
        file_ = "standard output";
        descriptor_ = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    } else {
        descriptor_ = open(file_.c_str(),
                           O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
    }
    if (descriptor_ < 0)
        throw cannot_write(file_, errno);
}

LineWriter::~LineWriter()
{
    close(descriptor_);
}

void LineWriter::write(const std::string &line)
{
    // -1 where there is no place to go back to: a terminal, a pipe. Half a line stays there.
    const off_t whole = lseek(descriptor_, 0, SEEK_END);
    const int cause = write_fully(descriptor_, line + "\n");
    if (cause == 0)
        return;
    if (whole >= 0)
        (void)!ftruncate(descriptor_, whole);
    throw cannot_write(file_, cause);
}

} // namespace fovea
