"""«Отклики»: what authors said of our answers and a person must see, and what he does about each."""
