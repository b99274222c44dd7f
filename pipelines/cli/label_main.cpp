// SPDX-License-Identifier: MIT
#include "command_line.h"

/* `fovea label` alone, which starts at once: it loads LibTorch where a model needs it, see lib/fovea/late */
int main(int argc, char **argv)
{
    fovea::run_command_line(argc, argv, {fovea::add_label});
}
