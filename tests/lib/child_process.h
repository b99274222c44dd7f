// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

namespace fovea {

/** \brief A program that runs beside the test and is killed with it, its words thrown away */
class ChildProcess
{
public:
    explicit ChildProcess(std::vector<std::string> words)
    {
        child_ = fork();
        if (child_ != 0)
            return;
        const int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        std::vector<char *> arguments;
        for (std::string &word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }

    ~ChildProcess() { kill(); }

    ChildProcess(const ChildProcess &) = delete;
    ChildProcess &operator=(const ChildProcess &) = delete;

    /** \brief In the midst of its work, or with SIGTERM at an end of its own choice */
    void kill(int with = SIGKILL)
    {
        if (child_ <= 0)
            return;
        ::kill(child_, with);
        waitpid(child_, nullptr, 0);
        child_ = 0;
    }

    void signal(int number) const { ::kill(child_, number); }

    /** \brief To its end \return its exit code; 128 and the signal's number where one ended it */
    int wait()
    {
        int status = 0;
        waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    pid_t child_ = 0;
};

/** \brief A TCP port of this machine that nobody listens on now */
inline std::uint16_t free_port()
{
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener, reinterpret_cast<sockaddr *>(&address), size);
    getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    close(listener);
    return ntohs(address.sin_port);
}

/** \brief Whether something listens there */
inline bool is_listening(std::uint16_t port)
{
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const bool there = connect(client, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
    close(client);
    return there;
}

} // namespace fovea
