#pragma once

#include <stdexcept>

namespace fovea {

constexpr int interrupted_exit_code = 130; // as shells report SIGINT

/** \brief The user pressed Ctrl-C: work in hand was given up */
class Interrupted : public std::runtime_error
{
public:
    Interrupted() : std::runtime_error("interrupted") {}
};

/** \brief From now on the first SIGINT or SIGTERM only sets a flag; the second one ends the process */
void catch_interrupts();

bool interrupted();

} // namespace fovea
