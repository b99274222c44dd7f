// SPDX-License-Identifier: MIT
#include "fovea/bundle/torch_networks.h"

namespace fovea {

bool libtorch_is_linked()
{
    return true;
}

} // namespace fovea
