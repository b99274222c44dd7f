// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

#include "error_of.h"
#include "fovea/core/mapped_file.h"
#include "fovea/store/tensors/torch_file.h"
#include "fovea/store/tensors/torch_tensor.h"
#include "stored_zip.h"
#include "temporary_folder.h"

namespace {

using fovea::Error;
using fovea::MappedFile;
using fovea::TorchFile;

/** Python and PyTorch start once: it takes them seconds */
constexpr const char *script = R"(
import sys, numpy, torch
def save(value, name):
    for form, zip in (('zip', True), ('before16', False)):
        torch.save(value, f'{sys.argv[1]}/{name}-{form}.pt', _use_new_zipfile_serialization=zip)
for name in 'float32 float64 float16 bfloat16 int8 uint8 int16 int32 int64 bool'.split():
    x = torch.arange(24).to(getattr(torch, name)).reshape(2, 3, 4)
    save({'whole': x, 'turned': x.permute(2, 0, 1), 'part': x[1, :, ::2], 'one': x[1, 1, 1].clone(),
          'none': x[:0].clone(), 'parameter': torch.nn.Parameter(x, requires_grad=False)}, name)
net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
step = torch.optim.Adam(net.parameters())
net(torch.ones(4, 3)).sum().backward()
step.step()
torch.nn.init.ones_(net[0].weight)
save({'epoch': 3, 'arch': 'net', 'best': numpy.float64(0.5), 'top1': torch.tensor(71.0), 'seed': -2**40,
      'optimizer': step.state_dict(), 'state_dict': net.state_dict()}, 'checkpoint')
save(torch.nn.Linear(3, 2), 'network')
)";

/** \brief A folder of files that Debian's python3-torch wrote; none where it is not installed */
const std::filesystem::path &python_files()
{
    static const TemporaryFolder folder;
    static const std::filesystem::path files = [] {
        const auto file = folder.write("save.py", script);
        const std::string command =
            "/usr/bin/python3 '" + file.string() + "' '" + folder.path().string() + "' 2>/dev/null";
        return std::system(command.c_str()) == 0 ? folder.path() : std::filesystem::path();
    }();
    return files;
}

std::string saved_by_python(const std::string &name)
{
    return std::string(MappedFile(python_files() / (name + ".pt"), "file").bytes());
}

constexpr const char *no_python = "without Debian's python3-torch nothing is compared";

std::vector<std::string> names_of(const TorchFile &file)
{
    std::vector<std::string> names;
    for (const auto &[name, value] : file.entries())
        names.push_back(name);
    return names;
}

at::Tensor load(const TorchFile &file, const std::string &name)
{
    return fovea::TensorLoader().load(file.tensor(name, *file.entries().at(name)));
}

/** \brief What reading all tensors of these bytes is told */
std::string refusal_of(const std::string &bytes)
{
    return error_of([&] {
        const TorchFile file(bytes);
        for (const auto &[name, value] : file.entries())
            file.tensor(name, *value);
    });
}

void expect_part(const std::string &text, const std::string &part)
{
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

std::string zip_with(const std::string &pickle, const std::string &storage = std::string(16, '\0'))
{
    return stored_zip({{"a/data.pkl", pickle}, {"a/data/0", storage}});
}

/** \brief A pickled dict of one tensor 'w' in storage '0' of \a count floats */
std::string pickled_tensor(const std::string &offset, const std::string &sizes,
                           const std::string &strides, int count = 4)
{
    return std::string("\x80\x02}U\x01wctorch._utils\n_rebuild_tensor_v2\n((U\x07storage"
                       "ctorch\nFloatStorage\nU\x01"
                       "0U\x03"
                       "cpuK") +
           static_cast<char>(count) + "tQ" + offset + sizes + strides +
           "\x89"
           "ccollections\nOrderedDict\n)RtRs.";
}

struct TypeCase {
    const char *name;
    at::ScalarType type;
};

class TorchFileOfPython : public testing::TestWithParam<std::tuple<TypeCase, bool>>
{
};

TEST_P(TorchFileOfPython, IsReadInEachFormAndType)
{
    if (python_files().empty())
        GTEST_SKIP() << no_python;
    const auto &[type, zip] = GetParam();
    const std::string bytes =
        saved_by_python(std::string(type.name) + (zip ? "-zip" : "-before16"));
    const TorchFile file(bytes);
    const at::Tensor x = at::arange(24).to(type.type).reshape({2, 3, 4});
    EXPECT_TRUE(at::equal(load(file, "whole"), x));
    EXPECT_EQ(load(file, "whole").scalar_type(), type.type);
    EXPECT_TRUE(at::equal(load(file, "turned"), x.permute({2, 0, 1})));
    EXPECT_TRUE(at::equal(load(file, "part"), x[1].slice(1, 0, 4, 2)));
    EXPECT_TRUE(at::equal(load(file, "one"), x[1][1][1]));
    EXPECT_EQ(load(file, "none").sizes(), (at::IntArrayRef{0, 3, 4}));
    EXPECT_TRUE(at::equal(load(file, "parameter"), x));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, TorchFileOfPython,
    testing::Combine(testing::Values(TypeCase{"float32", at::kFloat},
                                     TypeCase{"float64", at::kDouble},
                                     TypeCase{"float16", at::kHalf},
                                     TypeCase{"bfloat16", at::kBFloat16},
                                     TypeCase{"int8", at::kChar}, TypeCase{"uint8", at::kByte},
                                     TypeCase{"int16", at::kShort}, TypeCase{"int32", at::kInt},
                                     TypeCase{"int64", at::kLong}, TypeCase{"bool", at::kBool}),
                     testing::Bool()),
    [](const auto &info) {
        return std::string(std::get<0>(info.param).name) +
               (std::get<1>(info.param) ? "InZip" : "Before16");
    });

TEST(TorchFile, ACheckpointOfPythonGivesItsStateDict)
{
    if (python_files().empty())
        GTEST_SKIP() << no_python;
    for (const char *name : {"checkpoint-zip", "checkpoint-before16"}) {
        const std::string bytes = saved_by_python(name);
        const TorchFile file(bytes);
        EXPECT_EQ(names_of(file),
                  (std::vector<std::string>{"0.bias", "0.weight", "1.bias", "1.num_batches_tracked",
                                            "1.running_mean", "1.running_var", "1.weight"}));
        EXPECT_TRUE(at::equal(load(file, "0.weight"), at::ones({2, 3})));
        EXPECT_EQ(load(file, "1.num_batches_tracked").item<std::int64_t>(), 1);
    }
}

TEST(TorchFile, AWholeNetworkOfPythonIsRefusedByItsClass)
{
    if (python_files().empty())
        GTEST_SKIP() << no_python;
    expect_part(refusal_of(saved_by_python("network-zip")),
                "holds more than a plain dict of tensors: torch.nn.modules.linear.Linear");
}

/* os.system as Python 3 pickles it on Linux, and as one writes it by hand */
TEST(TorchFile, ACallOfAnotherFunctionIsRefusedByItsName)
{
    const std::string marked = "/tmp/fovea-was-run-" + std::to_string(getpid());
    const std::string argument = "touch " + marked;
    for (const std::string module : {"posix", "os", "nt"}) {
        const std::string call =
            "c" + module + "\nsystem\nU" + static_cast<char>(argument.size()) + argument + "\x85R";
        for (const std::string &pickle :
             {"\x80\x02" + call + ".", "\x80\x02}U\x01w" + call + "s."}) {
            const std::string error = refusal_of(zip_with(pickle));
            expect_part(error, "holds more than a plain dict of tensors: " + module + ".system");
            expect_part(error, "expected only PyTorch's tensors and storages, OrderedDict and "
                               "NumPy's numbers");
        }
    }
    EXPECT_FALSE(std::filesystem::exists(marked));
}

TEST(TorchFile, ThatOfPython2AndPyTorch03IsRead)
{
    // As torch 0.3 under Python 2.7 pickled: byte strings, OrderedDict made of pairs, _rebuild_tensor
    const std::string magic = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
    const std::string protocol = "\x80\x02M\xe9\x03.";
    const std::string system = "\x80\x02}q\x01(U\x0dlittle_endianq\x02\x88u.";
    const std::string pickle = std::string("\x80\x02") +
                               "ccollections\nOrderedDict\nq\x01]q\x02]q\x03(U\x09"
                               "fc.weightq\x04"
                               "ctorch._utils\n_rebuild_tensor\nq\x05((U\x07storageq\x06"
                               "ctorch.cuda\nFloatStorage\nq\x07U\x08"
                               "29383056q\x08U\x06"
                               "cuda:0q\x09K\x04Nt"
                               "QK\x01K\x02\x85K\x02\x85tRe" // offset 1, size (2,), stride (2,)
                               "a\x85R.";
    const std::string keys = "\x80\x02]q\x01U\x08"
                             "29383056a.";
    std::string storage = std::string("\x04\0\0\0\0\0\0\0", 8);
    const float values[] = {1, 2, 3, 4};
    storage.append(reinterpret_cast<const char *>(values), sizeof values);
    const std::string bytes = magic + protocol + system + pickle + keys + storage;
    const TorchFile file(bytes);
    EXPECT_TRUE(at::equal(load(file, "fc.weight"), at::tensor({2.0F, 4.0F})));
    expect_part(refusal_of(bytes.substr(0, bytes.size() - 1)), "truncated or damaged");
    expect_part(refusal_of(magic + protocol + system + pickle + "\x80\x02]."),
                "lacks storage '29383056'");
}

TEST(TorchFile, AViewOutsideItsStorageIsRefusedWithOffsetExtentAndSizes)
{
    const std::string bytes = zip_with(pickled_tensor("K\x01", "K\x03\x85", "K\x01\x85"));
    const TorchFile inside(bytes);
    EXPECT_EQ(inside.tensor("w", *inside.entries().at("w")).offset, 1);
    expect_part(refusal_of(zip_with(pickled_tensor("K\x02", "K\x03\x85", "K\x01\x85"))),
                "holds 'w' at offset 2 with sizes [3] and strides [1], outside its storage of 4 "
                "elements");
    expect_part(refusal_of(zip_with(pickled_tensor("J\xff\xff\xff\xff", "K\x01\x85", "K\x01\x85"))),
                "at offset -1");
    // 2^62 * 2 rows with strides 0, and extents that do not fit 64 bits
    const std::string huge("\x8a\x08\0\0\0\0\0\0\0\x40", 10);
    expect_part(refusal_of(zip_with(pickled_tensor(std::string("K\0", 2), huge + "K\x02\x86",
                                                   std::string("K\0K\0\x86", 5)))),
                "outside its storage");
    expect_part(
        refusal_of(zip_with(pickled_tensor(std::string("K\0", 2), huge + "\x85", huge + "\x85"))),
        "outside its storage");
    expect_part(refusal_of(zip_with(pickled_tensor(std::string("K\0", 2), "K\x02\x85", ")"))),
                "1 sizes and 0 strides");
}

TEST(TorchFile, AStorageShorterThanStatedIsRefused)
{
    const std::string pickle = pickled_tensor(std::string("K\0", 2), "K\x04\x85", "K\x01\x85");
    expect_part(refusal_of(zip_with(pickle, std::string(15, 'x'))),
                "storage '0' states 4 elements of 4 bytes, more than the 15 bytes that it holds");
    expect_part(refusal_of(stored_zip({{"a/data.pkl", pickle}})), "lacks 'a/data/0'");
}

TEST(TorchFile, ADamagedOrCompressedRecordIsRefused)
{
    const std::string pickle = pickled_tensor(std::string("K\0", 2), "K\x04\x85", "K\x01\x85");
    std::string bytes = zip_with(pickle);
    bytes[bytes.find(std::string(16, '\0'))] = 1;
    expect_part(refusal_of(bytes), "CRC-32 of 'a/data/0'");
    bytes = zip_with(pickle);
    bytes[bytes.find("PK\x01\x02") + 10] = 8; // deflated
    expect_part(refusal_of(bytes), "holds 'a/data.pkl' compressed or encrypted");
}

TEST(TorchFile, DeepNestingIsRefused)
{
    const auto nested = [](std::size_t depth) {
        return zip_with("\x80\x02}U\x01x)" + std::string(depth, '\x85') + "s.");
    };
    EXPECT_EQ(names_of(TorchFile(nested(60))), std::vector<std::string>{"x"});
    expect_part(refusal_of(nested(100)), "nested deeper than 64");
    expect_part(refusal_of(nested(1'000'000)), "nested deeper than 64");
}

TEST(TorchFile, EveryCutAndEveryFlippedByteIsReadOrRefused)
{
    const std::string whole = zip_with(pickled_tensor("K\x01", "K\x03\x85", "K\x01\x85"));
    const auto read = [](const std::string &bytes) {
        try {
            const TorchFile file(bytes);
            for (const auto &[name, value] : file.entries())
                EXPECT_LE(file.tensor(name, *value).storage.size(), bytes.size());
        } catch (const Error &error) {
            EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
        }
    };
    for (std::size_t i = 0; i < whole.size(); ++i) {
        read(whole.substr(0, i));
        for (const int flipped : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
            std::string bytes = whole;
            bytes[i] = static_cast<char>(bytes[i] ^ flipped);
            read(bytes);
        }
    }
}

class HostileFile : public testing::TestWithParam<std::pair<const char *, const char *>>
{
};

TEST_P(HostileFile, IsRefusedInOneLine)
{
    const char *shared = std::getenv("FOVEA_SHARED");
    const auto file =
        std::filesystem::path(shared == nullptr ? "" : shared) / "cases/hostile" / GetParam().first;
    if (!std::filesystem::exists(file))
        GTEST_SKIP() << file << " is not there";
    expect_part(refusal_of(std::string(MappedFile(file, "file").bytes())), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, HostileFile,
    testing::Values(
        std::pair{"neg_off.pt",
                  "holds 'a' at offset -4 with sizes [4] and strides [1], outside its "
                  "storage of 4 elements"},
        std::pair{"neg_stride.pt", "with sizes [4] and strides [-1], outside its storage"},
        std::pair{"huge_shape.pt", "with sizes [1099511627776]"},
        std::pair{"nest_tuple_100.pt", "nested deeper than 64"},
        std::pair{"op_binunicode_huge.pt", "4294967295 bytes are due at byte 7, 4 are left"},
        std::pair{"op_reduce.pt", "stack is empty"}, std::pair{"op_t.pt", "none on the stack"}));

} // namespace
