// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/torch_file.h"
#include "targets.h"

/* A CRC-32 guards the pickle of a zip archive from changed bytes, so the pickle is tried alone, too. */
void fuzz_weights(std::string_view input)
{
    expect_read_or_refused([&] { fovea::read_pickle(input); });
    expect_read_or_refused([&] {
        const fovea::TorchFile file(input);
        for (const auto &[name, value] : file.entries()) {
            const fovea::TensorView view = file.tensor(name, *value);
            if (view.storage.empty())
                continue;
            if (view.storage.data() < input.data() ||
                view.storage.data() + view.storage.size() > input.data() + input.size())
                std::abort();
        }
    });
}
